"""The roles' policies: exactly what is stated, narrowed as far as IAM can, exempt users out of reach."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from typing import Any

import pytest

from rulebook.publishing.policies import evaluator_policy, evaluator_trust, runbook_policy, runbook_trust

from .published import PROJECT, permissions, resolved

USERS = "arn:aws:iam::123456789012:user/*"
CHANGES = ["iam:DeleteAccessKey", "iam:UpdateAccessKey"]


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resolved(policy)["Statement"]
    return found


def allowed(policy: dict[str, Any]) -> list[str]:
    return sorted(
        action for one in statements(policy) if one["Effect"] == "Allow" for action in one["Action"]
    )


@pytest.mark.parametrize("document", PROJECT.documents())
def test_a_runbooks_role_may_do_exactly_what_its_permissions_say(document: str) -> None:
    stated = permissions(PROJECT.documents()[document])
    assert allowed(runbook_policy(stated, ["exempt"])) == stated


def test_what_iam_can_limit_to_users_is_limited_to_this_accounts_users() -> None:
    policy = runbook_policy(["iam:DeleteAccessKey", "iam:GetUser", "iam:ListUsers"], [])
    assert statements(policy) == [
        {
            "Sid": "OneUser",
            "Effect": "Allow",
            "Action": ["iam:DeleteAccessKey", "iam:GetUser"],
            "Resource": USERS,
        },
        {"Sid": "TakesNoResource", "Effect": "Allow", "Action": ["iam:ListUsers"], "Resource": "*"},
    ]


EXEMPT: list[Any] = [
    pytest.param(["rotation=manual"], [{"StringEquals": {"aws:ResourceTag/rotation": "manual"}}], id="value"),
    pytest.param(["keep"], [{"Null": {"aws:ResourceTag/keep": "false"}}], id="key alone"),
    pytest.param(["k="], [{"StringEquals": {"aws:ResourceTag/k": ""}}], id="empty value"),
    pytest.param(["k=a=b"], [{"StringEquals": {"aws:ResourceTag/k": "a=b"}}], id="value with an equals sign"),
    pytest.param([], [], id="no tag"),
]


@pytest.mark.parametrize(("tags", "conditions"), EXEMPT)
def test_a_user_who_carries_an_exempt_tag_is_out_of_reach(
    tags: Iterable[str], conditions: list[dict[str, Any]]
) -> None:
    denials = [one for one in statements(runbook_policy(CHANGES, tags)) if one["Effect"] == "Deny"]
    assert [one["Condition"] for one in denials] == conditions
    assert all((one["Action"], one["Resource"]) == (CHANGES, USERS) for one in denials)


def test_a_role_that_changes_no_user_needs_no_denial() -> None:
    assert [one["Effect"] for one in statements(runbook_policy(["iam:ListUsers"], ["keep"]))] == ["Allow"]


def test_only_this_accounts_automation_executions_may_take_a_runbooks_role() -> None:
    assert statements(runbook_trust()) == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ssm.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "123456789012"},
                "ArnLike": {"aws:SourceArn": "arn:aws:ssm:*:123456789012:automation-execution/*"},
            },
        }
    ]


def test_only_lambda_may_take_the_evaluators_role() -> None:
    [one] = statements(evaluator_trust())
    assert (one["Principal"], one["Action"]) == ({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole")


def test_the_evaluators_role_reads_reports_and_logs_and_no_more() -> None:
    policy = evaluator_policy(["iam:ListUsers", "iam:ListAccessKeys"])
    assert allowed(policy) == [
        "config:GetComplianceDetailsByConfigRule",
        "config:PutEvaluations",
        "iam:ListAccessKeys",
        "iam:ListUsers",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]


def findings(policy: dict[str, Any]) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pkg_resources, which parliament imports
        from parliament import analyze_policy_string  # noqa: PLC0415 - only with those warnings ignored

        found = analyze_policy_string(json.dumps(resolved(policy))).findings
    return [str(one) for one in found]


@pytest.mark.parametrize("document", PROJECT.documents())
def test_parliament_finds_nothing_in_a_runbooks_role(document: str) -> None:
    stated = permissions(PROJECT.documents()[document])
    assert findings(runbook_policy(stated, ["rotation=manual", "keep"])) == []


def test_parliament_finds_nothing_in_the_evaluators_role() -> None:
    stated = {action for rule in PROJECT.rules().values() for action in permissions(rule)}
    assert findings(evaluator_policy(stated)) == []


def test_parliament_would_find_something() -> None:
    assert findings(runbook_policy(["iam:DeleteAcessKey"], [])) != []
