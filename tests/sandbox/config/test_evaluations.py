"""Evaluations: what a function is told, what it may report, and what Config shows of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.awslambda.models import LambdaStorage, lambda_backends
from moto.config.models import config_backends

from rulebook.sandbox import Sandbox
from rulebook.sandbox.config import state

from .conftest import RULE, USER, PlayedRule, evaluation, eventually


def code(refusal: pytest.ExceptionInfo[ClientError]) -> str:
    return refusal.value.response["Error"]["Code"]


def test_a_function_gets_the_documented_scheduled_event(
    rule: PlayedRule, recorder: str, function_arn: str
) -> None:
    rule.deploy(function_arn, InputParameters='{"maxAge": "90"}')
    rule.evaluate()
    (event,) = rule.events
    described = rule.config.describe_config_rules(ConfigRuleNames=[RULE])["ConfigRules"][0]
    invoking = json.loads(event.pop("invokingEvent"))
    created = datetime.fromisoformat(invoking.pop("notificationCreationTime"))
    assert datetime.now(UTC) - created < timedelta(seconds=10)
    assert invoking == {
        "awsAccountId": rule.account.account_id,
        "messageType": "ScheduledNotification",
        "recordVersion": "1.0",
    }
    assert event.pop("resultToken")
    assert event == {
        "version": "1.0",
        "ruleParameters": '{"maxAge": "90"}',
        "eventLeftScope": False,
        "executionRoleArn": recorder,
        "configRuleArn": described["ConfigRuleArn"],
        "configRuleName": RULE,
        "configRuleId": described["ConfigRuleId"],
        "accountId": rule.account.account_id,
    }


@pytest.mark.parametrize("others", [False, True], ids=["an empty account", "beside another rule"])
@pytest.mark.parametrize(
    "operation",
    [
        "describe_config_rules",
        "describe_config_rule_evaluation_status",
        "describe_compliance_by_config_rule",
        "get_compliance_details_by_config_rule",
    ],
)
def test_a_rule_that_is_not_there_is_refused(
    config: Any, request: pytest.FixtureRequest, operation: str, *, others: bool
) -> None:
    if others:
        request.getfixturevalue("rule")
    one = operation == "get_compliance_details_by_config_rule"
    asked = {"ConfigRuleName": "NOBODY"} if one else {"ConfigRuleNames": ["NOBODY"]}
    with pytest.raises(ClientError) as refusal:
        getattr(config, operation)(**asked)
    assert code(refusal) == "NoSuchConfigRuleException"


def test_a_rule_never_evaluated_has_no_results_of_any_kind(rule: PlayedRule) -> None:
    """Rdklib's clean-up of old results asks so before a rule's first report."""
    ask = rule.config.get_compliance_details_by_config_rule
    asked = {"ComplianceTypes": ["COMPLIANT", "NON_COMPLIANT"], "Limit": 100, "NextToken": ""}
    assert ask(ConfigRuleName=RULE, **asked)["EvaluationResults"] == []


def test_results_are_read_back_whole(rule: PlayedRule) -> None:
    when = datetime(2024, 5, 1, 12, tzinfo=UTC)
    told = evaluation("AIDA1", "NON_COMPLIANT", Annotation="too old", OrderingTimestamp=when)
    rule.verdicts = {"AIDA2": "COMPLIANT"}
    rule.evaluate()
    rule.config.put_evaluations(Evaluations=[told], ResultToken=rule.events[0]["resultToken"])
    details = rule.config.get_compliance_details_by_config_rule(ConfigRuleName=RULE)["EvaluationResults"]
    first = details[0]
    assert first["EvaluationResultIdentifier"] == {
        "EvaluationResultQualifier": {
            "ConfigRuleName": RULE,
            "ResourceType": USER,
            "ResourceId": "AIDA1",
            "EvaluationMode": "DETECTIVE",
        },
        "OrderingTimestamp": when,
    }
    assert (first["ComplianceType"], first["Annotation"]) == ("NON_COMPLIANT", "too old")
    assert first["ConfigRuleInvokedTime"] <= first["ResultRecordedTime"]
    assert details[1]["ComplianceType"] == "COMPLIANT"
    assert "Annotation" not in details[1]


def test_not_applicable_takes_a_result_back(rule: PlayedRule) -> None:
    rule.evaluate(AIDA1="COMPLIANT", AIDA2="NON_COMPLIANT")
    rule.evaluate(AIDA2="NOT_APPLICABLE")
    assert rule.details() == {"AIDA1": "COMPLIANT"}


def test_an_older_event_does_not_overwrite_a_newer_one(rule: PlayedRule) -> None:
    rule.evaluate(AIDA1="COMPLIANT")
    late = evaluation("AIDA1", "NON_COMPLIANT", OrderingTimestamp=datetime(2020, 1, 1, tzinfo=UTC))
    rule.config.put_evaluations(Evaluations=[late], ResultToken=rule.events[0]["resultToken"])
    assert rule.details() == {"AIDA1": "COMPLIANT"}


def test_results_are_filtered_by_compliance(rule: PlayedRule) -> None:
    rule.evaluate(AIDA1="COMPLIANT", AIDA2="NON_COMPLIANT")
    assert rule.details(ComplianceTypes=["NON_COMPLIANT"]) == {"AIDA2": "NON_COMPLIANT"}
    with pytest.raises(ClientError) as refusal:
        rule.details(ComplianceTypes=["INSUFFICIENT_DATA"])
    assert code(refusal) == "InvalidParameterValueException"


def test_pages_hold_ten_results_unless_asked_and_all_of_them_together(rule: PlayedRule) -> None:
    everyone = {f"AIDA{number:02}": "COMPLIANT" for number in range(25)}
    rule.evaluate(**everyone)
    ask = rule.config.get_compliance_details_by_config_rule
    first = ask(ConfigRuleName=RULE, NextToken="")
    assert len(first["EvaluationResults"]) == 10
    pages = rule.config.get_paginator("get_compliance_details_by_config_rule").paginate(
        ConfigRuleName=RULE, PaginationConfig={"PageSize": 7}
    )
    assert [len(page["EvaluationResults"]) for page in pages] == [7, 7, 7, 4]
    with pytest.raises(ClientError) as refusal:
        ask(ConfigRuleName=RULE, Limit=101)
    assert code(refusal) == "ValidationException"
    with pytest.raises(ClientError) as refusal:
        ask(ConfigRuleName=RULE, NextToken="nonsense")
    assert code(refusal) == "InvalidNextTokenException"


@pytest.mark.parametrize(
    ("evaluations", "expected"),
    [
        ([evaluation(f"AIDA{number}", "COMPLIANT") for number in range(101)], "ValidationException"),
        ([evaluation("AIDA1", "COMPLIANT", Annotation="x" * 257)], "ValidationException"),
        ([evaluation("AIDA1", "MAYBE")], "ValidationException"),
        ([evaluation("AIDA1", "INSUFFICIENT_DATA")], "InvalidParameterValueException"),
    ],
    ids=["over 100", "a long annotation", "an unknown word", "Config's own word"],
)
def test_what_aws_does_not_take_is_refused(rule: PlayedRule, evaluations: list[Any], expected: str) -> None:
    rule.evaluate(AIDA9="COMPLIANT")
    with pytest.raises(ClientError) as refusal:
        rule.config.put_evaluations(Evaluations=evaluations, ResultToken=rule.events[0]["resultToken"])
    assert code(refusal) == expected
    assert rule.details() == {"AIDA9": "COMPLIANT"}


def test_a_wrong_token_is_refused_except_in_test_mode(rule: PlayedRule) -> None:
    told = [evaluation("AIDA1", "COMPLIANT")]
    with pytest.raises(ClientError) as refusal:
        rule.config.put_evaluations(Evaluations=told, ResultToken="wrong")
    assert code(refusal) == "InvalidResultTokenException"
    rule.config.put_evaluations(Evaluations=told, ResultToken="TESTMODE", TestMode=True)
    assert rule.details() == {}


def test_a_token_expires_and_every_invocation_has_its_own(rule: PlayedRule) -> None:
    rule.evaluate(AIDA1="COMPLIANT")
    rule.evaluate()
    first, second = (event["resultToken"] for event in rule.events)
    assert first != second
    rule.account.advance(timedelta(hours=2))
    with pytest.raises(ClientError) as refusal:
        rule.config.put_evaluations(Evaluations=[], ResultToken=second)
    assert code(refusal) == "InvalidResultTokenException"


def test_a_token_of_a_deleted_rule_names_the_rule(rule: PlayedRule) -> None:
    rule.evaluate(AIDA1="COMPLIANT")
    rule.config.delete_config_rule(ConfigRuleName=RULE)
    with pytest.raises(ClientError) as refusal:
        rule.config.put_evaluations(Evaluations=[], ResultToken=rule.events[0]["resultToken"])
    assert code(refusal) == "NoSuchConfigRuleException"


def test_a_deleted_rule_takes_its_results_along(rule: PlayedRule, function_arn: str) -> None:
    rule.evaluate(AIDA1="NON_COMPLIANT")
    rule.config.delete_config_rule(ConfigRuleName=RULE)
    with pytest.raises(ClientError) as refusal:
        rule.details()
    assert code(refusal) == "NoSuchConfigRuleException"
    rule.deploy(function_arn)
    assert rule.details() == {}


def test_the_status_before_and_after_the_first_evaluation(rule: PlayedRule) -> None:
    before = rule.status()
    assert before["FirstEvaluationStarted"] is False
    assert "LastSuccessfulEvaluationTime" not in before
    rule.evaluate(AIDA1="COMPLIANT")
    after = rule.status()
    assert after["FirstEvaluationStarted"] is True
    assert after["FirstActivatedTime"] == before["FirstActivatedTime"]
    assert after["LastSuccessfulInvocationTime"] <= after["LastSuccessfulEvaluationTime"]
    assert "LastErrorMessage" not in after


def test_a_rule_that_raises_shows_in_the_status_and_keeps_its_results(rule: PlayedRule) -> None:
    rule.evaluate(AIDA1="NON_COMPLIANT")
    succeeded = rule.status()["LastSuccessfulEvaluationTime"]
    rule.errors = ["AccessDenied: first", "AccessDenied: second", "AccessDenied: iam:ListUsers"]
    rule.evaluate(AIDA1="COMPLIANT")
    status = rule.status()
    assert (status["LastErrorCode"], status["LastErrorMessage"]) == (
        "AccessDenied",
        "AccessDenied: iam:ListUsers",
    )
    assert status["LastFailedEvaluationTime"] == status["LastFailedInvocationTime"]
    assert status["LastSuccessfulEvaluationTime"] == succeeded
    assert rule.details() == {"AIDA1": "NON_COMPLIANT"}


def test_lambdas_retry_may_succeed_with_the_same_token(rule: PlayedRule) -> None:
    rule.errors = ["Throttled: once", "Throttled: twice"]
    rule.evaluate(AIDA1="COMPLIANT")
    assert [event["resultToken"] for event in rule.events] == [rule.events[0]["resultToken"]] * 3
    assert rule.details() == {"AIDA1": "COMPLIANT"}
    assert "LastErrorMessage" not in rule.status()


def test_a_function_that_reports_nothing_has_not_evaluated(rule: PlayedRule) -> None:
    rule.reports = False
    rule.evaluate(AIDA1="COMPLIANT")
    assert "LastSuccessfulInvocationTime" in rule.status()
    assert "LastSuccessfulEvaluationTime" not in rule.status()


def test_a_missing_function_is_a_failed_invocation(rule: PlayedRule, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = lambda_backends[rule.account.account_id][rule.account.region]
    monkeypatch.setattr(backend, "_lambdas", LambdaStorage(rule.account.region, rule.account.account_id))
    rule.evaluate()
    assert rule.status()["LastErrorCode"] == "ResourceNotFoundException"


def test_a_rule_whose_function_config_may_not_invoke_is_refused(rule: PlayedRule, function_arn: str) -> None:
    functions = rule.account.client("lambda")
    functions.remove_permission(FunctionName="rule", StatementId="config")
    with pytest.raises(ClientError) as refusal:
        rule.deploy(function_arn)
    assert code(refusal) == "InsufficientPermissionsException"
    functions.add_permission(
        FunctionName="rule",
        StatementId="config",
        Action="lambda:InvokeFunction",
        Principal="config.amazonaws.com",
    )
    with pytest.raises(ClientError) as refusal:
        rule.deploy(f"{function_arn}-other")
    assert code(refusal) == "InsufficientPermissionsException"
    rule.deploy(function_arn)


def test_a_second_evaluation_is_refused_while_one_runs(rule: PlayedRule) -> None:
    rule.hold.clear()
    rule.config.start_config_rules_evaluation(ConfigRuleNames=[RULE])
    with pytest.raises(ClientError) as refusal:
        rule.config.start_config_rules_evaluation(ConfigRuleNames=[RULE])
    assert code(refusal) == "LimitExceededException"
    rule.hold.set()
    eventually(lambda: rule.status().get("LastSuccessfulEvaluationTime"))
    rule.evaluate()
    assert len(rule.events) == 2


@pytest.mark.parametrize(
    ("names", "expected"),
    [([RULE, "OTHER"], "NoSuchConfigRuleException"), ([RULE] * 26, "ValidationException")],
    ids=["unknown", "over 25"],
)
def test_an_evaluation_of_no_such_rule_starts_nothing(
    rule: PlayedRule, names: list[str], expected: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        rule.config.start_config_rules_evaluation(ConfigRuleNames=names)
    assert code(refusal) == expected
    assert rule.status()["FirstEvaluationStarted"] is False


def test_compliance_of_the_rule_and_of_the_resource(rule: PlayedRule) -> None:
    def summary(**ask: Any) -> list[Any]:
        answer = rule.config.describe_compliance_by_config_rule(**ask)["ComplianceByConfigRules"]
        return [one["Compliance"] for one in answer]

    assert summary() == [{"ComplianceType": "INSUFFICIENT_DATA"}]
    rule.evaluate(AIDA1="COMPLIANT")
    assert summary(ConfigRuleNames=[RULE]) == [{"ComplianceType": "COMPLIANT"}]
    rule.evaluate(**{f"AIDA{number}": "NON_COMPLIANT" for number in range(26)})
    count = {"CappedCount": 25, "CapExceeded": True}
    assert summary() == [{"ComplianceType": "NON_COMPLIANT", "ComplianceContributorCount": count}]
    assert summary(ComplianceTypes=["COMPLIANT"]) == []
    details = rule.config.get_compliance_details_by_resource(ResourceType=USER, ResourceId="AIDA3")
    assert [one["ComplianceType"] for one in details["EvaluationResults"]] == ["NON_COMPLIANT"]


def test_periodic_rules_come_due_by_the_accounts_clock(rule: PlayedRule) -> None:
    rule.verdicts = {"AIDA1": "COMPLIANT"}
    rule.account.advance(timedelta(hours=23))
    assert rule.events == []
    rule.account.advance(timedelta(hours=2))
    assert len(rule.events) == 1
    assert rule.details() == {"AIDA1": "COMPLIANT"}
    rule.account.advance(timedelta(hours=23))
    assert len(rule.events) == 1
    rule.account.advance(timedelta(days=10))
    assert len(rule.events) == 2


def test_a_rule_that_is_being_evaluated_does_not_come_due_as_well(rule: PlayedRule) -> None:
    rule.hold.clear()
    rule.config.start_config_rules_evaluation(ConfigRuleNames=[RULE])
    rule.account.advance(timedelta(days=2))
    rule.hold.set()
    eventually(lambda: rule.status().get("LastSuccessfulInvocationTime"))
    assert len(rule.events) == 1


def test_times_shown_move_back_with_the_clock(rule: PlayedRule) -> None:
    rule.evaluate(AIDA1="COMPLIANT")
    before = rule.status()["LastSuccessfulEvaluationTime"]
    rule.account.advance(timedelta(hours=1))
    assert before - rule.status()["LastSuccessfulEvaluationTime"] == timedelta(hours=1)


def test_nothing_is_left_for_the_next_account(rule: PlayedRule, account: Sandbox) -> None:
    rule.evaluate(AIDA1="COMPLIANT")
    config_backends[account.account_id][account.region].reset()
    assert state.config_state(account.account_id, account.region) == state.State()
