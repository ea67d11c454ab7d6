"""`rulebook history`: what remediations did, from real ones in the embedded account."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rulebook.automation import NO_OUTPUT
from rulebook.operating.executions import (
    Runbook,
    every_runbook,
    runbook_executions,
    wait_for_remediations,
)
from rulebook.project.rdk_config import Remediation, RuleConfig
from rulebook.sandbox import KeySeed, Sandbox

from .attached import DOCUMENT, attach
from .conftest import KEY_RULE, POLICY_RULE, Command

RULE_SETTINGS = RuleConfig("A_B", "", "One_Hour", {}, (), Remediation("Doc", "Id", automatic=True))


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
    assert wide[0] == f"Executions of the runbooks of {KEY_RULE} in account 123456789012"
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
    assert re.fullmatch(r"2 executions since \d{4}-\d\d-\d\d \(Systems Manager keeps 30 days\)\.", wide[-1])
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
    assert last.startswith("2 executions since ")
    assert last.endswith(" (Systems Manager keeps 30 days), the newest 1 shown (--limit shows more).")


@pytest.mark.usefixtures("keys")
def test_a_limit_that_hides_nothing_does_not_say_there_is_more(rulebook: Command) -> None:
    assert "--limit" not in rulebook("history", KEY_RULE, "--limit", "2").out


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


def test_a_rule_of_which_nothing_is_known_is_one_line_and_no_success(rulebook: Command) -> None:
    """``0 executions`` would read as all well where nothing is deployed, or the region is another."""
    ended = rulebook("history", POLICY_RULE)
    says = (
        rf"rulebook: {POLICY_RULE}: no remediation is attached here, and none of its documents has run since "
        r"\d{4}-\d\d-\d\d; deploy the rule, or pass --region\n"
    )
    assert (ended.code, ended.out) == (2, "")
    assert re.fullmatch(says, ended.err)


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
        found = runbook_executions(ssm, [Runbook("D", "")], 3)
        stubbed.assert_no_pending_responses()
    assert [one.execution_id[7] for one in found.newest] == ["4", "1", "3"]
    assert (found.counts, found.total) == ({"D": 4}, 4)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("AB-ABRemediationAction-1X2Y3Z4A5B6C", True),
        ("AB-ABRemediationAction-Qm2xkTfW9a0b", True),
        ("AB-ABRemediationAction", False),
        ("AB-ABRemediationAction-", False),
        ("AB-ABRemediationAction-mine", False),
        ("AB-ABRemediationAction-copy-of-mine", False),
        ("AB-ABRemediationActionOther-1X2Y3Z4A5B6C", False),
    ],
)
def test_a_document_of_rdk_is_told_by_its_name(name: str, own: bool) -> None:
    [rdk] = [one for one in every_runbook(RULE_SETTINGS, None) if one.generated]
    assert rdk.is_named(name) is own


def test_an_execution_found_in_two_ways_is_one() -> None:
    """The attached document is usually the one that rdk deployed, and is found under either name."""
    ssm = boto3.client("ssm", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    once = listed(1, "P-1X2Y3Z4A5B6C")
    with Stubber(ssm) as stubbed:
        for _ in range(2):
            stubbed.add_response(
                "describe_automation_executions", {"AutomationExecutionMetadataList": [once]}
            )
        stubbed.add_response("get_automation_execution", {"AutomationExecution": once})
        found = runbook_executions(ssm, [Runbook("P-1X2Y3Z4A5B6C", "X"), Runbook("P", "X", generated=True)])
    assert (len(found.newest), found.total) == (1, 1)
