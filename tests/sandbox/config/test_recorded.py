"""The shapes of Config's answers, as recorded on AWS: cloud-custodian/cloud-custodian, tests/data/placebo.

Each test names its recording, and the day it came there.
"""

import re
from typing import Any

from .conftest import RULE, PlayedRule, PlayedRunbook, attachment, evaluation


def fields(answer: dict[str, Any]) -> set[str]:
    return {name for name in answer if name != "ResponseMetadata"}


def test_a_rule_shows_what_it_was_given_and_nothing_empty(rule: PlayedRule) -> None:
    """test_config_rule_remediation/config.DescribeConfigRules_3, 2022-12-14: a periodic rule of Lambda's.

    No scope, no parameters, the frequency within the source only. Some of that day have EvaluationModes too.
    """
    (shown,) = rule.config.describe_config_rules(ConfigRuleNames=[RULE])["ConfigRules"]
    expected = {"ConfigRuleName", "ConfigRuleArn", "ConfigRuleId", "Source", "ConfigRuleState"}
    assert fields(shown) - {"EvaluationModes"} == expected
    assert fields(shown["Source"]) == {"Owner", "SourceIdentifier", "SourceDetails"}
    assert shown["ConfigRuleArn"].endswith(f":config-rule/{shown['ConfigRuleId']}")
    assert re.fullmatch(r"config-rule-[a-z0-9]{6}", shown["ConfigRuleId"])


def test_the_status_of_a_rule_that_was_never_in_trouble(rule: PlayedRule) -> None:
    """test_config_rule_status/config.DescribeConfigRuleEvaluationStatus_1, 2018-01: nothing of failures."""
    rule.evaluate(AIDA1="COMPLIANT")
    told = {"ConfigRuleName", "ConfigRuleArn", "ConfigRuleId", "FirstActivatedTime", "FirstEvaluationStarted"}
    assert fields(rule.status()) == told | {"LastSuccessfulInvocationTime", "LastSuccessfulEvaluationTime"}
    assert rule.status()["FirstEvaluationStarted"] is True


def test_a_result_names_its_rule_its_resource_and_three_times(rule: PlayedRule) -> None:
    """test_config_inconsistent_hub_rule, 2020-05-28, and with words test_config_compliance, 2018-07-12."""
    rule.evaluate(AIDA1="NON_COMPLIANT")
    worded = evaluation("AIDA2", "NON_COMPLIANT", Annotation="too old")
    answer = rule.config.put_evaluations(Evaluations=[worded], ResultToken=rule.events[0]["resultToken"])
    assert answer["FailedEvaluations"] == []
    shown = rule.config.get_compliance_details_by_config_rule(ConfigRuleName=RULE)["EvaluationResults"]
    silent, said = sorted(shown, key=lambda one: "Annotation" in one)
    result = {"EvaluationResultIdentifier", "ComplianceType", "ResultRecordedTime", "ConfigRuleInvokedTime"}
    assert fields(silent) == result
    assert fields(said) == result | {"Annotation"}
    named = silent["EvaluationResultIdentifier"]
    assert fields(named) == {"EvaluationResultQualifier", "OrderingTimestamp"}
    assert fields(named["EvaluationResultQualifier"]) >= {"ConfigRuleName", "ResourceType", "ResourceId"}


def test_a_remediation_shows_what_it_was_given_and_an_arn(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    """test_config_rule_remediation/config.DescribeRemediationConfigurations_1, 2022-12-14.

    test_toggle_config_managed_rule, the same day: no batch failed, and deleting says nothing.
    """
    given = attachment()
    answer = rule.config.put_remediation_configurations(RemediationConfigurations=[given])
    assert (fields(answer), answer["FailedBatches"]) == ({"FailedBatches"}, [])
    asked = rule.config.describe_remediation_configurations(ConfigRuleNames=[RULE])
    (shown,) = asked["RemediationConfigurations"]
    arn = shown.pop("Arn")
    assert shown == given
    account = rule.account
    begin = f"arn:aws:config:{account.region}:{account.account_id}:remediation-configuration/{RULE}/"
    assert re.fullmatch(re.escape(begin) + r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", arn)
    assert fields(rule.config.delete_remediation_configuration(ConfigRuleName=RULE)) == set()
    assert runbook.started == []
