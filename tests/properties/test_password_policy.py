"""What IAM_PASSWORD_POLICY_CUSTOM and ResetPasswordPolicy promise for every policy and requirement."""

import json
import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import example, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from rdklib import InvalidParametersError

import reset_password_policy as script
from IAM_PASSWORD_POLICY_CUSTOM import judge, lambda_handler, parse_parameters

ACCOUNT = "123456789012"
IAM = get_session().get_service_model("iam")
# Every example starts an account and about ten clients, so there are fewer of them.
in_an_account = settings(max_examples=settings().max_examples if settings().max_examples > 200 else 25)


def numbers(name: str) -> st.SearchStrategy[int]:
    """Whole numbers of a setting's range, most of them close to each other, where the edges are."""
    low, high = script.RANGES[name]
    return st.integers(low, high) | st.integers(low, min(low + 3, high))


def texts(value: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return value.map(lambda one: str(one).lower())


POLICIES = st.fixed_dictionaries(
    {
        **dict.fromkeys((*script.COMPLEXITY, *script.EXACT), st.booleans()),
        "MinimumPasswordLength": numbers("MinimumPasswordLength"),
    },
    optional={name: numbers(name) for name in ("PasswordReusePrevention", "MaxPasswordAge")},
)
# The rule's parameters as Config passes them; what is left out has its default.
REQUIREMENTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*script.COMPLEXITY, *script.EXACT), texts(st.booleans())),
        **{name: texts(numbers(name)) for name in script.RANGES},
    },
)
MODES = st.sampled_from(["Raise", "Replace"])


def events(requirement: dict[str, str], **others: str) -> dict[str, str]:
    """Return what the runbook's payload carries for the rule's parameters."""
    return {
        "AccountId": "",
        **dict.fromkeys(script.COMPLEXITY, "true"),
        "MinimumPasswordLength": "14",
        "PasswordReusePrevention": "24",
        "MaxPasswordAge": "",
        **dict.fromkeys(script.EXACT, "keep"),
        "Mode": "Raise",
        "DryRun": "false",
        **requirement,
        **others,
    }


def want_of(requirement: dict[str, str]) -> dict[str, Any]:
    return script.parse_requirement(events(requirement))


def flags(policy: dict[str, Any] | None, requirement: dict[str, str]) -> bool:
    """Tell whether the rule finds the policy wanting."""
    return bool(judge(facts_of(policy), parse_parameters(requirement)).compliance == "NON_COMPLIANT")


def facts_of(policy: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the policy as the rule reads it."""
    return None if policy is None else {name: policy.get(name) for name in script.SETTINGS}


def target_of(mode: str, policy: dict[str, Any] | None, requirement: dict[str, str]) -> dict[str, Any]:
    return script.parse_task(events(requirement, Mode=mode)).target_of(policy)


def would_change(mode: str, policy: dict[str, Any] | None, requirement: dict[str, str]) -> list[str]:
    """Return the settings that the runbook would change."""
    return [one["Setting"] for one in script.changes(policy, target_of(mode, policy, requirement))]


@given(st.none() | POLICIES, REQUIREMENTS)
def test_the_rule_flags_what_raise_would_change_and_nothing_else(
    policy: dict[str, Any] | None, requirement: dict[str, str]
) -> None:
    assert flags(policy, requirement) == bool(would_change("Raise", policy, requirement))


@given(POLICIES, REQUIREMENTS)
def test_the_rule_names_the_settings_that_raise_would_change_and_no_other(
    policy: dict[str, Any], requirement: dict[str, str]
) -> None:
    """Each setting by itself: asked for nothing else, the rule flags it or not."""
    flagged = {
        limit.requirement.setting
        for limit in parse_parameters(requirement)
        if judge(facts_of(policy), [limit]).compliance == "NON_COMPLIANT"
    }
    assert flagged == set(would_change("Raise", policy, requirement))


@given(MODES, st.none() | POLICIES, REQUIREMENTS)
def test_the_rule_is_content_afterwards(
    mode: str, policy: dict[str, Any] | None, requirement: dict[str, str]
) -> None:
    assert not flags(target_of(mode, policy, requirement), requirement)


@given(MODES, st.none() | POLICIES, REQUIREMENTS)
def test_a_second_run_would_find_nothing_to_do(
    mode: str, policy: dict[str, Any] | None, requirement: dict[str, str]
) -> None:
    once = target_of(mode, policy, requirement)
    assert target_of(mode, once, requirement) == once
    assert would_change(mode, once, requirement) == []


def strictness(policy: dict[str, Any]) -> dict[str, int]:
    """Return how strict each setting is: the greater, the stricter."""
    return {
        **{name: int(policy[name]) for name in (*script.COMPLEXITY, "HardExpiry")},
        "MinimumPasswordLength": policy["MinimumPasswordLength"],
        "PasswordReusePrevention": policy.get("PasswordReusePrevention", 0),
        "MaxPasswordAge": -policy.get("MaxPasswordAge", 10_000),
        "AllowUsersToChangePassword": -policy["AllowUsersToChangePassword"],
    }


@given(POLICIES, REQUIREMENTS)
def test_raise_weakens_no_setting(policy: dict[str, Any], requirement: dict[str, str]) -> None:
    after = target_of("Raise", policy, requirement)
    weaker = {name for name, was in strictness(policy).items() if strictness(after)[name] < was}
    # A value given for one of these two is set exactly, in either mode.
    assert weaker <= set(script.EXACT) & set(requirement)


@given(POLICIES, REQUIREMENTS)
def test_raise_changes_no_setting_that_was_good_enough(
    policy: dict[str, Any], requirement: dict[str, str]
) -> None:
    want = want_of(requirement)
    short = {name for name, limit in want.items() if not script.MEETS[name](policy.get(name), limit)}
    after = target_of("Raise", policy, requirement)
    assert {name for name in script.SETTINGS if after.get(name) != policy.get(name)} == short
    assert set(would_change("Raise", policy, requirement)) == short


@given(REQUIREMENTS)
@example({**dict.fromkeys(script.COMPLEXITY, "false"), "MinimumPasswordLength": "6"})
def test_raise_sets_no_first_policy_weaker_than_iams_default(requirement: dict[str, str]) -> None:
    """IAM's default asks for 8 characters of three kinds. Users may change their passwords under it."""
    first = target_of("Raise", None, requirement)
    assert first["MinimumPasswordLength"] >= 8
    assert sum(first[name] for name in script.COMPLEXITY) >= 3
    assert first["AllowUsersToChangePassword"] is (requirement.get("AllowUsersToChangePassword") != "false")


@given(MODES, st.none() | POLICIES, REQUIREMENTS)
def test_iam_takes_every_policy_that_would_be_sent(
    mode: str, policy: dict[str, Any] | None, requirement: dict[str, str]
) -> None:
    """Botocore refuses None and 0, and knows no upper limits: those are IAM's."""
    target = target_of(mode, policy, requirement)
    shape = IAM.shape_for("UpdateAccountPasswordPolicyRequest")
    assert ParamValidator().validate(target, shape).generate_report() == ""
    assert set(target) <= set(script.SETTINGS)
    for name, (low, high) in script.RANGES.items():
        assert name not in target or low <= target[name] <= high


@given(st.none() | POLICIES, REQUIREMENTS)
def test_an_annotation_names_every_shortfall_in_256_characters(
    policy: dict[str, Any] | None, requirement: dict[str, str]
) -> None:
    text = judge(facts_of(policy), parse_parameters(requirement)).annotation
    short = [
        name
        for name, want in want_of(requirement).items()
        if not script.MEETS[name]((policy or {}).get(name), want)
    ]
    assert len(text) <= 256
    assert [name for name in short if name not in text] == []


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner, max_size=2),
    max_leaves=3,
)


@given(st.dictionaries(st.sampled_from(script.SETTINGS) | st.text(), ANY_JSON))
def test_no_parameters_raise_anything_but_an_invalid_parameters_error(parameters: dict[str, Any]) -> None:
    try:
        limits = parse_parameters(parameters)
    except InvalidParametersError as error:
        assert str(error).startswith("IAM_PASSWORD_POLICY_CUSTOM")  # noqa: PT017 - either way is right
    else:
        assert set(parameters) <= {
            *script.SETTINGS,
            "ExecutionRoleName",
            "ExecutionRoleRegion",
            "AssumeRoleMode",
        }
        assert all(type(one.want) is (int if one.requirement.numbers else bool) for one in limits)


@given(st.sampled_from(script.SETTINGS), st.text(min_size=1) | st.integers(-2, 1200).map(str))
@example("MinimumPasswordLength", "014")
@example("HardExpiry", "True")
def test_rule_and_runbook_take_the_same_texts(name: str, text: str) -> None:
    assert refuses(parse_parameters, {name: text}) == refuses(want_of, {name: text}) or text == "keep"


def refuses(parse: Any, requirement: dict[str, str]) -> bool:
    try:
        parse(requirement)
    except (InvalidParametersError, ValueError):
        return True
    return False


@pytest.fixture(scope="module", autouse=True)
def _region() -> Iterator[None]:
    """Rule and runbook get their region from their surroundings, as in Lambda and Automation."""
    with patch.dict(os.environ, {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}):
        yield


def evaluate(requirement: dict[str, str]) -> str:
    """Return the verdict of the rule as Config would get it."""
    event = {
        "invokingEvent": json.dumps(
            {
                "awsAccountId": ACCOUNT,
                "notificationCreationTime": "2026-01-31T12:00:00.000Z",
                "messageType": "ScheduledNotification",
            }
        ),
        "ruleParameters": json.dumps({"AssumeRoleMode": "False", **requirement}),
        "resultToken": "TESTMODE",
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/config",
        "accountId": ACCOUNT,
    }
    (one,) = lambda_handler(event, None)
    return str(one["ComplianceType"])


@in_an_account
@given(MODES, st.none() | POLICIES, REQUIREMENTS)
def test_evaluate_remediate_evaluate(
    mode: str, policy: dict[str, Any] | None, requirement: dict[str, str]
) -> None:
    """Through the handlers, in an account: a dry run, the run, the verification, and all of it again."""
    payload = events(requirement, AccountId=ACCOUNT, Mode=mode)
    with mock_aws():
        iam = boto3.client("iam")
        if policy is not None:
            iam.update_account_password_policy(**policy)
        verdict = evaluate(requirement)
        would = script.reset_password_policy(payload | {"DryRun": "true"}, None)
        assert script.read_policy(iam) == policy
        if mode == "Raise":
            assert (verdict == "NON_COMPLIANT") == (would["Outcome"] == "WouldReset")
        done = script.reset_password_policy(payload, None)
        assert done["Outcome"] == would["Outcome"].replace("WouldReset", "Reset")
        assert (done["Changes"], done["After"]) == (would["Changes"], would["After"])
        assert script.verify_password_policy(payload, None) == {"Outcome": "Verified"}
        once = script.read_policy(iam)
        assert evaluate(requirement) == "COMPLIANT"
        assert script.reset_password_policy(payload, None)["Outcome"] == "NothingToDo"
        assert script.read_policy(iam) == once
