"""The errors of AWS Config that moto does not raise, with AWS's codes."""

from typing import Any

from moto.core.exceptions import JsonRESTError


def refused(code: str, message: str) -> JsonRESTError:
    """Return the error that reaches the caller as a ``ClientError`` with this code."""
    return JsonRESTError(code, message)


def invalid(message: str) -> JsonRESTError:
    """Return the error for parameters that do not go together."""
    return refused("InvalidParameterValueException", message)


def constraint(value: Any, place: str, rule: str) -> JsonRESTError:
    """Return the error for a value outside the service's model, in the words that every AWS service uses.

    Args:
        value: what was given.
        place: the member, for example ``"evaluations.1.member.annotation"``.
        rule: the constraint, for example ``"Member must have value greater than or equal to 1"``.
    """
    message = (
        f"1 validation error detected: Value '{value}' at '{place}' failed to satisfy constraint: {rule}"
    )
    return refused("ValidationException", message)


def no_such_rule(name: str) -> JsonRESTError:
    """Return the error for a rule that does not exist."""
    return refused(
        "NoSuchConfigRuleException",
        f"The ConfigRule '{name}' provided in the request is invalid. Please check the configRule name",
    )


def no_remediation(rule: str) -> JsonRESTError:
    """Return the error for a rule to which nothing is attached."""
    return refused(
        "NoSuchRemediationConfigurationException",
        f"No RemediationConfiguration for rule {rule} exists",
    )
