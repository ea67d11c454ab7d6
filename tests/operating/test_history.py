"""`rulebook history`: what remediations did, from real ones in the embedded account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rulebook.automation import NO_OUTPUT
from rulebook.operating.executions import Runbook, runbook_executions, wait_for_remediations
from rulebook.sandbox import KeySeed, Sandbox

from .attached import DOCUMENT, attach
from .conftest import KEY_RULE, POLICY_RULE, Command


@pytest.fixture(scope="module")
def keys(account: Sandbox) -> dict[str, str]:
    """Remedy two users and one who is not there; return the ids of the deleted keys by the users' ids."""
    attach(account)
    deleted = {}
    for name in ("first", "second"):
        age = KeySeed(timedelta(days=120), last_used=timedelta(days=2))
        user = account.add_user(name, created=timedelta(days=400), keys=[age])
        [key] = account.client("iam").list_access_keys(UserName=name)["AccessKeyMetadata"]
        deleted[user] = key["AccessKeyId"]
    for user in deleted:
        remedy(account, user)
    return deleted


def remedy(account: Sandbox, user: str) -> None:
    config = account.client("config")
    resource = [{"resourceType": "AWS::IAM::User", "resourceId": user}]
    config.start_remediation_execution(ConfigRuleName=KEY_RULE, ResourceKeys=resource)
    states = wait_for_remediations(config, KEY_RULE, [user], timedelta(minutes=1))
    assert set(states) == {user}


def test_each_remediation_is_listed_with_its_outcome_and_the_keys(
    rulebook: Command, account: Sandbox, keys: dict[str, str]
) -> None:
    found = rulebook("history", KEY_RULE, "--json").json
    assert found["AccountId"] == account.account_id
    shown = [
        (one["ResourceId"], one["AutomationExecutionStatus"], one["Outcome"]) for one in found["Executions"]
    ]
    assert shown == [(user, "Success", "Deleted") for user in reversed(keys)]
    for one in found["Executions"]:
        [change] = one["Changes"]
        assert (change["AccessKeyId"], change["Action"]) == (keys[one["ResourceId"]], "Delete")
        assert one["DocumentName"] == DOCUMENT


def test_the_table_names_what_was_deleted(rulebook: Command, keys: dict[str, str]) -> None:
    wide = rulebook("history", KEY_RULE, environment={"COLUMNS": "180"}).out.splitlines()
    assert wide[0] == f"Executions of {DOCUMENT} in account 123456789012"
    assert wide[1].split() == [
        "STARTED",
        "(UTC)",
        "STATUS",
        "OUTCOME",
        "RESOURCE",
        "EXECUTION",
        "WHAT",
        "IT",
        "SAYS",
    ]
    assert wide[-1] == "2 executions."
    assert all(key in "\n".join(wide) for key in keys.values())


def test_on_a_narrow_terminal_nothing_is_cut(rulebook: Command, keys: dict[str, str]) -> None:
    ended = rulebook("history", KEY_RULE, environment={"COLUMNS": "80"})
    ids = [one["AutomationExecutionId"] for one in rulebook("history", KEY_RULE, "--json").json["Executions"]]
    assert max(map(len, ended.out.splitlines())) <= 80
    assert all(one in ended.out for one in [*ids, *keys, *keys.values()])


@pytest.mark.usefixtures("keys")
def test_limit_shows_the_newest(rulebook: Command, keys: dict[str, str]) -> None:
    found = rulebook("history", KEY_RULE, "--limit", "1", "--json").json["Executions"]
    assert [one["ResourceId"] for one in found] == list(keys)[-1:]
    last = rulebook("history", KEY_RULE, "--limit", "1").out.splitlines()[-1]
    assert last == "1 execution (the newest; --limit shows more)."


@pytest.mark.parametrize("limit", ["0", "-1", "x", ""])
def test_limit_is_a_whole_number_from_one(rulebook: Command, limit: str) -> None:
    ended = rulebook("history", KEY_RULE, f"--limit={limit}")
    assert (ended.code, ended.out) == (2, "")
    assert f"a whole number from 1, unlike {limit!r}" in ended.last_line


def test_a_failed_execution_shows_why_and_no_outcome(
    rulebook: Command, account: Sandbox, keys: dict[str, str]
) -> None:
    """What the service writes in place of an output that a failed step does not have is no outcome."""
    iam = account.client("iam")
    iam.delete_role_policy(RoleName="rulebook-DeleteStaleAccessKeys", PolicyName="rulebook")
    remedy(account, next(iter(keys)))
    [one, *_] = rulebook("history", KEY_RULE, "--json").json["Executions"]
    assert (one["AutomationExecutionStatus"], one["Outcome"], one["Changes"]) == ("Failed", "", [])
    assert "AccessDenied" in one["Message"]
    assert NO_OUTPUT not in rulebook("history", KEY_RULE).out


def test_a_rule_without_a_remediation_is_one_line(rulebook: Command) -> None:
    ended = rulebook("history", POLICY_RULE)
    says = f"{POLICY_RULE}: no remediation is attached here; deploy the rule, or pass --region"
    assert (ended.code, ended.out, ended.err) == (2, "", f"rulebook: {says}\n")


def listed(number: int, name: str) -> dict[str, Any]:
    """Return what the service lists of execution ``e<number>``, the later the higher ``7n mod 5``."""
    return {
        "AutomationExecutionId": f"{number:08}-0000-0000-0000-000000000000",
        "DocumentName": name,
        "ExecutionStartTime": datetime(2026, 3, 1, number * 7 % 5, tzinfo=UTC),
        "AutomationExecutionStatus": "Failed",
    }


def test_the_newest_come_first_whatever_the_services_order() -> None:
    """The embedded account lists them in order; the service promises none, and filters by prefixes only."""
    ssm = boto3.client("ssm", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    pages: list[dict[str, Any]] = [
        {"AutomationExecutionMetadataList": [listed(0, "D"), listed(1, "D")], "NextToken": "more"},
        {"AutomationExecutionMetadataList": [listed(2, "D-other"), listed(3, "D"), listed(4, "D")]},
    ]
    with Stubber(ssm) as stubbed:
        for page in pages:
            stubbed.add_response("describe_automation_executions", page)
        for number in (4, 1, 3):  # only the newest three are asked for
            details = listed(number, "D")
            asked = {"AutomationExecutionId": details["AutomationExecutionId"]}
            stubbed.add_response("get_automation_execution", {"AutomationExecution": details}, asked)
        found = runbook_executions(ssm, Runbook("D", ""), 3)
        stubbed.assert_no_pending_responses()
    assert [one.execution_id[7] for one in found] == ["4", "1", "3"]
