"""The stack's template: what CloudFormation gets is what people wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rulebook.authoring.render.reading import read_document
from rulebook.errors import ConfigurationError
from rulebook.project.rdk_config import load
from rulebook.publishing.published import project_template
from rulebook.publishing.template import (
    LARGEST,
    Template,
    TemplateTooLarge,
    body,
    demand_small,
    merged,
    template,
)

from .published import PROJECT, resolved

EVERYTHING = {
    "EvaluatorRole": "AWS::IAM::Role",
    "DeleteStaleAccessKeysRole": "AWS::IAM::Role",
    "DeleteStaleAccessKeys": "AWS::SSM::Document",
    "ResetPasswordPolicyRole": "AWS::IAM::Role",
    "ResetPasswordPolicy": "AWS::SSM::Document",
}


@pytest.fixture(scope="module")
def rendered() -> Template:
    return project_template(PROJECT, load(PROJECT), [])


def kinds(rendered: Template) -> dict[str, str]:
    return {name: one["Type"] for name, one in rendered["Resources"].items()}


def test_it_holds_every_document_its_role_and_one_for_the_functions(rendered: Template) -> None:
    assert kinds(rendered) == EVERYTHING


def test_it_fits_into_a_call(rendered: Template) -> None:
    assert len(body(rendered).encode()) <= LARGEST
    demand_small(body(rendered))


def test_one_that_does_not_fit_names_both_cures() -> None:
    demand_small("x" * LARGEST)
    with pytest.raises(TemplateTooLarge, match=r"51,201 bytes.*--s3-bucket.*--stack-name"):
        demand_small("x" * (LARGEST + 1))


@pytest.mark.parametrize("name", PROJECT.documents())
def test_a_published_document_is_the_authored_one(rendered: Template, name: str) -> None:
    properties = rendered["Resources"][name]["Properties"]
    authored = read_document(PROJECT, PROJECT.documents()[name]).content
    assert resolved(properties["Content"], rendered["Mappings"]) == authored
    assert (properties["Name"], properties["UpdateMethod"]) == (f"Rulebook-{name}", "NewVersion")
    # What SSM takes, run-time parameters included:
    # https://docs.aws.amazon.com/general/latest/gr/ssm.html
    assert len(json.dumps(authored)) < 60_000


def test_the_exempt_tag_of_the_settings_reaches_the_role() -> None:
    rendered = template({"D": {"mainSteps": []}}, {"D": ["iam:DeleteAccessKey"]}, {"D": ["keep"]}, [])
    policy = rendered["Resources"]["DRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    assert [one["Effect"] for one in policy["Statement"]] == ["Allow", "Deny"]


def test_only_the_chosen_documents_are_rendered(rendered: Template) -> None:
    chosen = project_template(PROJECT, load(PROJECT), ["ResetPasswordPolicy"])
    assert set(kinds(chosen)) == {"EvaluatorRole", "ResetPasswordPolicy", "ResetPasswordPolicyRole"}
    assert merged(rendered, chosen) == rendered


def test_an_unknown_document_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"no document Nope; choose from DeleteStale.*, ResetPass"):
        project_template(PROJECT, load(PROJECT), ["Nope"])


def test_cfn_lint_finds_nothing(rendered: Template, tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(rendered, indent=2), encoding="utf-8")
    lint = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "us-east-1", "--", str(file)]
    done = subprocess.run(lint, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
