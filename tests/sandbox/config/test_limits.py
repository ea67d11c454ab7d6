"""What AWS refuses as a remediation configuration, with its error codes."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.exceptions import JsonRESTError

from rulebook.sandbox.config import limits

from .conftest import DOCUMENT, RULE, PlayedRule, PlayedRunbook, attachment

ROLE = {"AutomationAssumeRole": {"StaticValue": {"Values": ["arn:aws:iam::123456789012:role/r"]}}}
RESOURCE = {"ResourceValue": {"Value": "RESOURCE_ID"}}


def static(*values: Any) -> dict[str, Any]:
    return {"StaticValue": {"Values": list(values)}}


def controls(**ssm: Any) -> dict[str, Any]:
    return {"ExecutionControls": {"SsmControls": ssm}}


def named(count: int) -> dict[str, Any]:
    return ROLE | {f"P{number}": static("x") for number in range(count)}


REFUSED: dict[str, tuple[Mapping[str, Any], str]] = {
    "attempts 0": ({"MaximumAutomaticAttempts": 0}, "ValidationException"),
    "attempts 26": ({"MaximumAutomaticAttempts": 26}, "ValidationException"),
    "window 0": ({"RetryAttemptSeconds": 0}, "ValidationException"),
    "window over 31 days": ({"RetryAttemptSeconds": 2_678_001}, "ValidationException"),
    "concurrency 0": (controls(ConcurrentExecutionRatePercentage=0), "ValidationException"),
    "errors over 100": (controls(ErrorPercentage=101), "ValidationException"),
    "26 parameters": ({"Parameters": named(25)}, "ValidationException"),
    "26 values": ({"Parameters": ROLE | {"P": static(*"abcdefghijklmnopqrstuvwxyz")}}, "ValidationException"),
    "an empty value": ({"Parameters": ROLE | {"P": static("")}}, "ValidationException"),
    "a value of 257": ({"Parameters": ROLE | {"P": static("x" * 257)}}, "ValidationException"),
    "a number": ({"Parameters": ROLE | {"P": static(90)}}, "SerializationException"),
    "a boolean": ({"Parameters": ROLE | {"P": static(True)}}, "SerializationException"),
    "another placeholder": (
        {"Parameters": ROLE | {"P": {"ResourceValue": {"Value": "ID"}}}},
        "ValidationException",
    ),
    "both kinds of value": (
        {"Parameters": ROLE | {"P": RESOURCE | static("x")}},
        "InvalidParameterValueException",
    ),
    "neither kind": ({"Parameters": ROLE | {"P": {}}}, "InvalidParameterValueException"),
    "another target type": ({"TargetType": "LAMBDA"}, "ValidationException"),
    "automatic without role": ({"Parameters": {"UserId": RESOURCE}}, "InvalidParameterValueException"),
    "the role by resource id": (
        {"Parameters": {"AutomationAssumeRole": RESOURCE}},
        "InvalidParameterValueException",
    ),
}
TAKEN: dict[str, Mapping[str, Any]] = {
    "the most of everything": {
        "MaximumAutomaticAttempts": 25,
        "RetryAttemptSeconds": 2_678_000,
        **controls(ConcurrentExecutionRatePercentage=100, ErrorPercentage=100),
        "Parameters": named(23) | {"P": static("x" * 256, *"abcdefghijklmnopqrstuvwx")},
    },
    "the least of everything": {
        "MaximumAutomaticAttempts": 1,
        "RetryAttemptSeconds": 1,
        **controls(ConcurrentExecutionRatePercentage=1, ErrorPercentage=1),
        "Parameters": ROLE,
    },
    "manual without role": {"Automatic": False, "Parameters": {"UserId": RESOURCE}},
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED)
def test_a_configuration_over_a_limit_is_refused(change: Mapping[str, Any], code: str) -> None:
    with pytest.raises(JsonRESTError) as refusal:
        limits.demand_config_limits(attachment(**change))
    assert refusal.value.error_type == code


@pytest.mark.parametrize("change", TAKEN.values(), ids=TAKEN)
def test_a_configuration_at_its_limits_is_taken(change: Mapping[str, Any]) -> None:
    limits.demand_config_limits(attachment(**change))


def test_the_message_names_the_place_and_the_constraint() -> None:
    with pytest.raises(JsonRESTError) as refusal:
        limits.demand_config_limits(attachment(MaximumAutomaticAttempts=26), number=2)
    place = "remediationConfigurations.2.member.maximumAutomaticAttempts"
    assert refusal.value.message == (
        f"1 validation error detected: Value '26' at '{place}' failed to satisfy constraint: "
        "Member must have value between 1 and 25"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ConfigRuleName": "OTHER"}, "NoSuchConfigRuleException"),
        ({"TargetId": "Other"}, "InvalidParameterValueException"),
        ({"TargetVersion": "7"}, "InvalidParameterValueException"),
        ({"MaximumAutomaticAttempts": 26}, "ValidationException"),
    ],
    ids=["no such rule", "no such document", "no such version", "over a limit"],
)
def test_the_service_refuses_and_attaches_nothing(
    runbook: PlayedRunbook, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        runbook.config.put_remediation_configurations(
            RemediationConfigurations=[attachment(), attachment(**change)]
        )
    assert refusal.value.response["Error"]["Code"] == code
    attached = runbook.config.describe_remediation_configurations(ConfigRuleNames=[RULE, "OTHER"])
    assert attached["RemediationConfigurations"] == []


def test_what_is_attached_is_read_back_with_the_defaults(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    given = attachment(Automatic=False)
    del given["MaximumAutomaticAttempts"], given["RetryAttemptSeconds"]
    answer = rule.config.put_remediation_configurations(RemediationConfigurations=[given])
    assert answer["FailedBatches"] == []
    (attached,) = rule.config.describe_remediation_configurations(ConfigRuleNames=[RULE])[
        "RemediationConfigurations"
    ]
    arn = attached.pop("Arn")
    assert arn.startswith(
        f"arn:aws:config:us-east-1:{rule.account.account_id}:remediation-configuration/{RULE}/"
    )
    assert attached == given | {"MaximumAutomaticAttempts": 5, "RetryAttemptSeconds": 60}
    runbook.attach(TargetVersion="1")
    (changed,) = rule.config.describe_remediation_configurations(ConfigRuleNames=[RULE])[
        "RemediationConfigurations"
    ]
    assert (changed["Arn"], changed["TargetId"], changed["TargetVersion"]) == (arn, DOCUMENT, "1")


def test_a_rule_is_not_deleted_while_something_is_attached(rule: PlayedRule, runbook: PlayedRunbook) -> None:
    runbook.attach()
    with pytest.raises(ClientError) as refusal:
        rule.config.delete_config_rule(ConfigRuleName=RULE)
    assert refusal.value.response["Error"]["Code"] == "ResourceInUseException"
    rule.config.delete_remediation_configuration(ConfigRuleName=RULE)
    rule.config.delete_config_rule(ConfigRuleName=RULE)
    with pytest.raises(ClientError) as refusal:
        rule.config.delete_remediation_configuration(ConfigRuleName=RULE)
    assert refusal.value.response["Error"]["Code"] == "NoSuchRemediationConfigurationException"
