"""Remediation as it runs: by itself after an evaluation, and by hand."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox.config import automation
from rulebook.sandbox.config.settings import remediation_held

from .conftest import RULE, USER, PlayedRule, PlayedRunbook, eventually


def key(*ids: str) -> list[dict[str, str]]:
    return [{"resourceType": USER, "resourceId": one} for one in ids]


def exception_key(*ids: str) -> list[dict[str, str]]:
    return [{"ResourceType": USER, "ResourceId": one} for one in ids]


def exceptions(rule: PlayedRule) -> dict[str, str]:
    answer = rule.config.describe_remediation_exceptions(ConfigRuleName=RULE)
    return {one["ResourceId"]: one.get("Message", "") for one in answer["RemediationExceptions"]}


def code(refusal: pytest.ExceptionInfo[ClientError]) -> str:
    return refusal.value.response["Error"]["Code"]


def test_what_is_non_compliant_is_remedied_by_itself(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach()
    rule.evaluate(AIDA1="NON_COMPLIANT", AIDA2="COMPLIANT", AIDA3="NON_COMPLIANT")
    assert runbook.ended() == {"AIDA1": "SUCCEEDED", "AIDA3": "SUCCEEDED"}
    assert sorted(runbook.started, key=str) == [
        {
            "AutomationAssumeRole": ["arn:aws:iam::123456789012:role/remedy"],
            "UserId": [one],
            "MaxAge": ["90"],
        }
        for one in ("AIDA1", "AIDA3")
    ]


def test_remediations_are_queued_when_the_evaluation_shows_as_ended(
    rule: PlayedRule, runbook: PlayedRunbook
) -> None:
    runbook.attach()
    with remediation_held():
        rule.evaluate(AIDA1="NON_COMPLIANT")
        assert runbook.states() == {"AIDA1": "QUEUED"}
        assert runbook.started == []
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}


def test_a_stale_snapshot_is_remedied_all_the_same(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach()
    with remediation_held():
        rule.evaluate(AIDA1="NON_COMPLIANT")
        rule.evaluate(AIDA1="COMPLIANT")
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}
    assert runbook.resources() == ["AIDA1"]


def test_a_manual_remediation_waits_for_a_person(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach(Automatic=False)
    rule.evaluate(AIDA1="NON_COMPLIANT", AIDA2="COMPLIANT")
    assert runbook.states() == {}
    answer = rule.config.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=key("AIDA1", "AIDA2"))
    assert answer["FailedItems"] == key("AIDA2")
    assert "already compliant" in answer["FailureMessage"]
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}


def test_making_it_automatic_begins_with_what_is_known(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    rule.evaluate(AIDA1="NON_COMPLIANT", AIDA2="COMPLIANT")
    runbook.attach()
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}


def test_a_running_remediation_is_seen_and_not_started_twice(
    rule: PlayedRule, runbook: PlayedRunbook
) -> None:
    runbook.attach(Automatic=False)
    runbook.hold.clear()
    start = rule.config.start_remediation_execution
    assert "FailedItems" not in start(ConfigRuleName=RULE, ResourceKeys=key("AIDA1"))
    eventually(lambda: runbook.states() == {"AIDA1": "IN_PROGRESS"})
    assert start(ConfigRuleName=RULE, ResourceKeys=key("AIDA1"))["FailedItems"] == key("AIDA1")
    with pytest.raises(ClientError) as refusal:
        rule.config.delete_remediation_configuration(ConfigRuleName=RULE)
    assert code(refusal) == "RemediationInProgressException"
    runbook.hold.set()
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}
    rule.config.delete_remediation_configuration(ConfigRuleName=RULE)


def test_a_failure_shows_its_step_and_its_message(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach()
    runbook.failing = {"AIDA1"}
    rule.evaluate(AIDA1="NON_COMPLIANT")
    runbook.ended()
    (shown,) = rule.config.describe_remediation_execution_status(
        ConfigRuleName=RULE, ResourceKeys=key("AIDA1")
    )["RemediationExecutionStatuses"]
    (step,) = shown["StepDetails"]
    assert (shown["State"], step["Name"], step["State"]) == ("FAILED", "Act", "FAILED")
    assert step["ErrorMessage"] == "the key could not be deleted"
    assert shown["InvocationTime"] <= shown["LastUpdatedTime"]
    assert step["StartTime"] <= step["StopTime"]


def test_a_refused_start_is_a_failed_remediation(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach()
    runbook.refused = "Parameter MaxAge does not match the pattern"
    rule.evaluate(AIDA1="NON_COMPLIANT")
    assert runbook.ended() == {"AIDA1": "FAILED"}
    (shown,) = rule.config.describe_remediation_execution_status(ConfigRuleName=RULE)[
        "RemediationExecutionStatuses"
    ]
    assert shown["StepDetails"][0]["ErrorMessage"] == (
        "InvalidAutomationExecutionParametersException: Parameter MaxAge does not match the pattern"
    )


def test_the_last_failed_attempt_makes_an_exception_that_ends_the_loop(
    rule: PlayedRule, runbook: PlayedRunbook
) -> None:
    runbook.attach(MaximumAutomaticAttempts=3, RetryAttemptSeconds=60)
    runbook.failing = {"AIDA1"}
    rule.evaluate(AIDA1="NON_COMPLIANT", AIDA2="NON_COMPLIANT")
    assert runbook.ended() == {"AIDA1": "FAILED", "AIDA2": "SUCCEEDED"}
    assert runbook.resources().count("AIDA1") == 3
    assert runbook.resources().count("AIDA2") == 1
    assert exceptions(rule) == {"AIDA1": "Remediation failed 3 times within 60 seconds."}
    rule.evaluate(AIDA1="NON_COMPLIANT", AIDA2="COMPLIANT")
    runbook.ended()
    assert runbook.resources().count("AIDA1") == 3


def test_a_second_attempt_may_succeed_without_an_exception(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach(MaximumAutomaticAttempts=3, RetryAttemptSeconds=1000)
    runbook.failing = {"AIDA1"}
    rule.evaluate(AIDA1="NON_COMPLIANT")
    eventually(lambda: len(runbook.started) == 1 and not runbook.running)
    runbook.failing = set()
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}
    assert exceptions(rule) == {}


def test_failures_outside_the_window_do_not_count(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach(MaximumAutomaticAttempts=2, RetryAttemptSeconds=500)
    runbook.failing = {"AIDA1"}
    rule.evaluate(AIDA1="NON_COMPLIANT")
    eventually(lambda: runbook.states() == {"AIDA1": "QUEUED"} and len(runbook.started) == 1)
    rule.account.advance(timedelta(seconds=501))
    assert runbook.ended() == {"AIDA1": "FAILED"}
    assert len(runbook.started) == 2
    assert exceptions(rule) == {}


def test_failures_by_hand_do_not_count(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach(MaximumAutomaticAttempts=1, Automatic=False)
    runbook.failing = {"AIDA1"}
    rule.evaluate(AIDA1="NON_COMPLIANT")
    rule.config.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=key("AIDA1"))
    assert runbook.ended() == {"AIDA1": "FAILED"}
    assert exceptions(rule) == {}


def test_a_persons_exception_keeps_a_resource_as_it_is_until_it_expires(
    rule: PlayedRule, runbook: PlayedRunbook
) -> None:
    runbook.attach(Automatic=False)
    rule.evaluate(AIDA1="NON_COMPLIANT", AIDA2="COMPLIANT")
    failed = rule.config.put_remediation_exceptions(
        ConfigRuleName=RULE,
        ResourceKeys=exception_key("AIDA1", "AIDA2"),
        Message="known",
        ExpirationTime=datetime.now(UTC) + timedelta(days=2),
    )["FailedBatches"]
    assert [one["ResourceId"] for batch in failed for one in batch["FailedItems"]] == ["AIDA2"]
    assert exceptions(rule) == {"AIDA1": "known"}
    runbook.attach(Automatic=True)
    rule.evaluate()
    assert runbook.started == []
    rule.account.advance(timedelta(days=3))  # the rule comes due, too
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}
    assert exceptions(rule) == {}


def test_a_deleted_exception_lets_the_resource_be_remedied(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach()
    runbook.failing = {"AIDA1"}
    rule.evaluate(AIDA1="NON_COMPLIANT")
    runbook.ended()
    runbook.failing = set()
    rule.config.delete_remediation_exceptions(ConfigRuleName=RULE, ResourceKeys=exception_key("AIDA1"))
    rule.evaluate()
    assert runbook.ended() == {"AIDA1": "SUCCEEDED"}
    with pytest.raises(ClientError) as refusal:
        rule.config.delete_remediation_exceptions(ConfigRuleName=RULE, ResourceKeys=exception_key("AIDA1"))
    assert code(refusal) == "NoSuchRemediationExceptionException"


def test_a_deleted_exception_gives_every_attempt_anew(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach(MaximumAutomaticAttempts=2, RetryAttemptSeconds=600)
    runbook.failing = {"AIDA1"}
    rule.evaluate(AIDA1="NON_COMPLIANT")
    runbook.ended()
    rule.config.delete_remediation_exceptions(ConfigRuleName=RULE, ResourceKeys=exception_key("AIDA1"))
    rule.evaluate()
    runbook.ended()
    assert len(runbook.started) == 4


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Pending", "QUEUED"),
        ("InProgress", "IN_PROGRESS"),
        ("Cancelling", "IN_PROGRESS"),
        ("Success", "SUCCEEDED"),
        ("Failed", "FAILED"),
        ("TimedOut", "FAILED"),
        ("Cancelled", "FAILED"),
    ],
)
def test_config_has_its_own_words_for_an_execution(
    monkeypatch: pytest.MonkeyPatch, status: str, expected: str
) -> None:
    execution = SimpleNamespace(status=status, steps=[], failure_message="")
    monkeypatch.setattr(automation, "ssm", SimpleNamespace(get_execution=lambda *_: execution))
    assert automation.remediation_progress("123456789012", "us-east-1", "id") == (expected, [])


def test_an_execution_that_failed_outside_its_steps_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    execution = SimpleNamespace(status="Failed", steps=[], failure_message="the document cannot run")
    monkeypatch.setattr(automation, "ssm", SimpleNamespace(get_execution=lambda *_: execution))
    shown, (step,) = automation.remediation_progress("123456789012", "us-east-1", "id")
    assert (shown, step.state, step.error) == ("FAILED", "FAILED", "the document cannot run")


def users(count: int) -> dict[str, str]:
    return {f"AIDA{number:02}": "NON_COMPLIANT" for number in range(count)}


@pytest.mark.parametrize(("percentage", "at_once"), [(10, 1), (30, 3), (100, 10)])
def test_the_concurrency_percentage_bounds_what_runs_in_parallel(
    rule: PlayedRule, runbook: PlayedRunbook, percentage: int, at_once: int
) -> None:
    runbook.attach(ExecutionControls={"SsmControls": {"ConcurrentExecutionRatePercentage": percentage}})
    runbook.hold.clear()
    rule.evaluate(**users(10))
    eventually(lambda: len(runbook.running) == at_once)
    runbook.hold.set()
    runbook.ended()
    assert (runbook.most_at_once, len(runbook.started)) == (at_once, 10)


def test_too_many_errors_keep_the_rest_from_being_started(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    """AWS's example: 40 % of 10 resources, so that the fifth error stops it."""
    runbook.attach(ExecutionControls={"SsmControls": {"ErrorPercentage": 40}})
    runbook.failing = set(users(10))
    rule.evaluate(**users(10))
    assert set(runbook.ended().values()) == {"FAILED"}
    assert len(runbook.started) == 5
    assert len(exceptions(rule)) == 5


def test_statuses_are_filtered_and_paged(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach(ExecutionControls={"SsmControls": {"ConcurrentExecutionRatePercentage": 100}})
    rule.evaluate(**users(5))
    runbook.ended()
    ask: dict[str, Any] = {"ConfigRuleName": RULE, "ResourceKeys": key("AIDA01", "AIDA03")}
    answer = rule.config.describe_remediation_execution_status(**ask)
    assert [one["ResourceKey"] for one in answer["RemediationExecutionStatuses"]] == key("AIDA01", "AIDA03")
    pages = rule.config.get_paginator("describe_remediation_execution_status").paginate(
        ConfigRuleName=RULE, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["RemediationExecutionStatuses"]) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize("keys", [101, 100], ids=["101", "without a configuration"])
def test_what_cannot_be_started_is_refused(rule: PlayedRule, keys: int) -> None:
    with pytest.raises(ClientError) as refusal:
        rule.config.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=key(*map(str, range(keys))))
    expected = "ValidationException" if keys == 101 else "NoSuchRemediationConfigurationException"
    assert code(refusal) == expected


def test_the_status_of_a_rule_without_remediation_is_refused(rule: PlayedRule) -> None:
    with pytest.raises(ClientError) as refusal:
        rule.config.describe_remediation_execution_status(ConfigRuleName=RULE)
    assert code(refusal) == "NoSuchRemediationConfigurationException"
