"""The stacks' templates: what CloudFormation gets is what was built, one document and its role in each."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.authoring.checks.built import built_content
from rulebook.authoring.render.reading import read_document
from rulebook.errors import ConfigurationError
from rulebook.project.rdk_config import Config, load_config
from rulebook.publishing.policies import needed
from rulebook.publishing.published import Publication, publications
from rulebook.publishing.template import (
    LARGEST,
    LogicalIdTaken,
    TemplateTooLarge,
    body,
    demand_small,
    document_template,
    put_resource,
)

from .linting import faults
from .published import PROJECT

ALL = publications(PROJECT, load_config(PROJECT))
DOCUMENTS = [one for one in ALL if one.document]


def named(one: Publication) -> str:
    return one.what


def actions(one: Publication) -> set[str]:
    return {
        action
        for policy in one.role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    }


def test_each_document_has_a_stack_and_so_has_the_functions_role() -> None:
    assert {one.stack: set(one.template["Resources"]) for one in ALL} == {
        "rulebook-evaluators": {"Role"},
        "rulebook-DeleteStaleAccessKeys": {"Role", "Document"},
        "rulebook-ResetPasswordPolicy": {"Role", "Document"},
    }


def test_a_stack_is_described_by_what_it_is_known_by_later() -> None:
    """Written down anew: other words would make the published stacks somebody else's."""
    assert {one.what: one.template["Description"] for one in ALL} == {
        "evaluators": "Published by rulebook: the role of the rules' functions",
    } | {
        name: f"Published by rulebook: the runbook Rulebook-{name} and its role"
        for name in ("DeleteStaleAccessKeys", "ResetPasswordPolicy")
    }


@pytest.mark.parametrize("one", ALL, ids=named)
def test_each_fits_into_a_call(one: Publication) -> None:
    assert len(body(one.template).encode()) <= LARGEST
    demand_small(one.stack, body(one.template))


def test_the_limit_counts_bytes_and_names_the_cure() -> None:
    demand_small("s", "x" * LARGEST)
    for text in ("x" * (LARGEST + 1), "é" * (LARGEST // 2) + "x"):
        with pytest.raises(TemplateTooLarge, match=r"^stack s: .*51,201 bytes.*--s3-bucket"):
            demand_small("s", text)


@pytest.mark.parametrize("one", DOCUMENTS, ids=named)
def test_a_published_document_is_the_built_one(one: Publication) -> None:
    assert one.document is not None
    built = built_content(read_document(PROJECT, PROJECT.documents()[one.what]))
    assert one.document["Content"] == built
    assert (one.document["Name"], one.document["UpdateMethod"]) == (f"Rulebook-{one.what}", "NewVersion")


def test_the_exempt_tag_of_the_settings_reaches_the_role() -> None:
    rendered = document_template("D", {"mainSteps": []}, ["iam:DeleteAccessKey"], ["keep"])
    policy = rendered["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"]
    assert [one["Effect"] for one in policy["Statement"]] == ["Allow", "Deny"]


def test_each_exempt_tag_of_the_rules_that_use_a_document_reaches_its_role_and_no_other() -> None:
    config = configured(None)
    rule = config.rules["ACCESS_KEYS_ROTATED_CUSTOM"]
    rule.parameters["exemptTag"] = rule.remediation.parameters["ExemptTag"] = "keep"
    config.rules["ALIKE"] = replace(rule, name="ALIKE", parameters={"exemptTag": "stay=1"})
    config.rules["ALONE"] = replace(rule, name="ALONE", remedy=None, parameters={"exemptTag": "other"})
    denied = {
        one.what: [
            statement["Condition"]
            for statement in one.role["Policies"][0]["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        for one in publications(PROJECT, config, ["DeleteStaleAccessKeys", "ResetPasswordPolicy"])
    }
    keep: object = {"Null": {"aws:ResourceTag/keep": "false"}}
    stay: object = {"StringEquals": {"aws:ResourceTag/stay": "1"}}
    assert denied == {"DeleteStaleAccessKeys": [keep, stay], "ResetPasswordPolicy": []}


@pytest.mark.parametrize(
    ("action", "may", "may_not"),
    [
        ("Delete", "iam:DeleteAccessKey", "iam:UpdateAccessKey"),
        ("Deactivate", "iam:UpdateAccessKey", "iam:DeleteAccessKey"),
        (None, "iam:DeleteAccessKey", "iam:UpdateAccessKey"),  # the document's default is Delete
    ],
)
def test_the_role_may_delete_or_deactivate_as_action_says_not_both(
    action: str | None, may: str, may_not: str
) -> None:
    [one] = publications(PROJECT, configured(action), ["DeleteStaleAccessKeys"])
    assert may in actions(one)
    assert may_not not in actions(one)


def configured(action: str | None) -> Config:
    """Return the project's settings with another Action."""
    config = load_config(PROJECT)
    given = config.rules["ACCESS_KEYS_ROTATED_CUSTOM"].remediation.parameters
    given.pop("Action", None)
    if action:
        given["Action"] = action
    return config


BOTH = ["iam:DeleteAccessKey", "iam:GetUser", "iam:UpdateAccessKey"]


def test_two_rules_that_use_a_document_differently_get_both_and_another_action_is_none_of_ours() -> None:
    assert needed(BOTH, {"Delete", "Deactivate"}, {"Delete", "Deactivate"}) == BOTH
    assert needed(BOTH, {"Rotate"}, {"Rotate", "Delete"}) == BOTH
    assert needed(BOTH, {"Delete"}, {"Delete", "Deactivate"}) == BOTH[:2]
    assert needed(BOTH, {"Delete"}, {"Delete", "Deactivate", "Keep"}) == BOTH[:2]
    assert needed(BOTH, {"Delete"}, {"Delete"}) == BOTH


def test_only_the_chosen_are_rendered_and_an_unknown_one_is_refused_with_those_there_are() -> None:
    config = load_config(PROJECT)
    assert [one.what for one in publications(PROJECT, config, ["evaluators"])] == ["evaluators"]
    assert [one.what for one in publications(PROJECT, config, ["ResetPasswordPolicy"])] == [
        "ResetPasswordPolicy"
    ]
    with pytest.raises(ConfigurationError, match=r"no document Nope; choose from DeleteStale.*, ResetPass"):
        publications(PROJECT, config, ["Nope"])


@given(st.lists(st.sampled_from("abc"), max_size=5))
def test_put_refuses_a_key_that_is_taken(keys: list[str]) -> None:
    resources: dict[str, object] = {}
    for key in keys:
        if key in resources:
            before = dict(resources)
            with pytest.raises(LogicalIdTaken, match=f"the logical id {key}; "):
                put_resource(resources, key, {"new": True})
            assert resources == before
        else:
            put_resource(resources, key, {"key": key})


@pytest.mark.parametrize("one", ALL, ids=named)
def test_cfn_lint_finds_nothing(one: Publication) -> None:
    assert faults(json.dumps(one.template)) == []
