"""What AWS accepts as a remediation configuration; botocore checks minimums only."""

from typing import Any

from rulebook.limits import REMEDIATION_PARAMETERS, STATIC_VALUE
from rulebook.sandbox.config.errors import constraint, invalid, refused

MOST_CONFIGURATIONS = 25
MOST_PARAMETERS = REMEDIATION_PARAMETERS
MOST_VALUES = 25
LONGEST_VALUE = STATIC_VALUE
LONGEST_NAME = 256
ROLE = "AutomationAssumeRole"
RANGES = {"MaximumAutomaticAttempts": (1, 25), "RetryAttemptSeconds": (1, 2_678_000)}
CONTROLS = {"ConcurrentExecutionRatePercentage": (1, 100), "ErrorPercentage": (1, 100)}


def demand_config_limits(configuration: dict[str, Any], number: int = 1) -> None:
    """Raise what AWS answers if a configuration breaks a documented limit.

    Args:
        configuration: as PutRemediationConfigurations takes it.
        number: its place in the request, from 1; AWS names it in the message.
    """
    place = f"remediationConfigurations.{number}.member"
    if configuration["TargetType"] != "SSM_DOCUMENT":
        rule = "Member must satisfy enum value set: [SSM_DOCUMENT]"
        raise constraint(configuration["TargetType"], f"{place}.targetType", rule)
    _check_length(configuration["TargetId"], f"{place}.targetId", LONGEST_NAME)
    _check_ranges(configuration, RANGES, place)
    controls = (configuration.get("ExecutionControls") or {}).get("SsmControls") or {}
    _check_ranges(controls, CONTROLS, f"{place}.executionControls.ssmControls")
    parameters = configuration.get("Parameters") or {}
    if len(parameters) > MOST_PARAMETERS:
        rule = f"Member must have length less than or equal to {MOST_PARAMETERS}"
        raise constraint(f"[{len(parameters)} parameters]", f"{place}.parameters", rule)
    for name, value in parameters.items():
        _check_parameter(configuration["ConfigRuleName"], name, value, f"{place}.parameters")
    _check_role(configuration, parameters)


def _check_ranges(values: dict[str, Any], ranges: dict[str, tuple[int, int]], place: str) -> None:
    for name, (least, most) in ranges.items():
        value = values.get(name)
        if value is not None and not least <= value <= most:
            where = f"{place}.{name[0].lower()}{name[1:]}"
            raise constraint(value, where, f"Member must have value between {least} and {most}")


def _check_parameter(rule: str, name: str, value: dict[str, Any], place: str) -> None:
    _check_length(name, place, LONGEST_NAME)
    resource, static = value.get("ResourceValue"), value.get("StaticValue")
    if (resource is None) == (static is None):
        raise invalid(
            f"There were invalid RemediationParameterValues for configurations for AWS Config Rules: [{rule}]"
        )
    if resource is not None and resource.get("Value") != "RESOURCE_ID":
        where = f"{place}.{name}.member.resourceValue.value"
        raise constraint(resource.get("Value"), where, "Member must satisfy enum value set: [RESOURCE_ID]")
    if static is not None:
        _check_values(static["Values"], f"{place}.{name}.member.staticValue.values")


def _check_values(values: list[Any], place: str) -> None:
    if len(values) > MOST_VALUES:
        raise constraint(values, place, f"Member must have length less than or equal to {MOST_VALUES}")
    for value in values:
        if not isinstance(value, str):  # a number or a boolean in JSON; Config passes strings only
            kind = f"{str(value).upper()}_VALUE" if isinstance(value, bool) else "NUMBER_VALUE"
            raise refused("SerializationException", f"{kind} can not be converted to a String ({place})")
        _check_length(value, place, LONGEST_VALUE)


def _check_length(value: str, place: str, most: int) -> None:
    if not 1 <= len(value) <= most:
        raise constraint(value, place, f"Member must have length between 1 and {most}")


def _check_role(configuration: dict[str, Any], parameters: dict[str, Any]) -> None:
    """If automatic, "the only valid assumeRole field value is AutomationAssumeRole" (API reference)."""
    role = (parameters.get(ROLE, {}).get("StaticValue") or {}).get("Values")
    if configuration.get("Automatic") and not role:
        raise invalid(f"Automatic remediation needs a static value for the parameter {ROLE}.")
