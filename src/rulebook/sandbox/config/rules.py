"""Deployed rules as moto holds them, and what must hold before one is deleted."""

from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.config.exceptions import InsufficientPermissionsException
from moto.config.models import config_backends

from rulebook.sandbox.config import state
from rulebook.sandbox.config.errors import no_such_rule, refused

INVOKE = ("lambda:InvokeFunction", "lambda:*", "*")
DAILY = "TwentyFour_Hours"  # the service's default for a periodic rule


def get_rule(account_id: str, region: str, name: str) -> Any:
    """Return moto's rule; raises NoSuchConfigRuleException."""
    rule = config_backends[account_id][region].config_rules.get(name)
    if rule is None:
        raise no_such_rule(name)
    return rule


def named_rules(account_id: str, region: str, names: list[str] | None) -> list[str]:
    """Return these names, each of which must exist, or those of all rules if none is given."""
    for name in names or ():
        get_rule(account_id, region, name)
    return names or sorted(config_backends[account_id][region].config_rules)


def put_rule(
    account_id: str, region: str, rule: dict[str, Any], tags: list[dict[str, str]] | None = None
) -> None:
    """Create or change a rule; from its creation on it has an evaluation status.

    Raises:
        JsonRESTError: InsufficientPermissionsException, if Config may not invoke the function. moto only
            looks whether it exists.
    """
    backend = config_backends[account_id][region]
    source = rule["Source"]
    if source["Owner"] == "CUSTOM_LAMBDA" and not _invocable(account_id, region, source["SourceIdentifier"]):
        raise InsufficientPermissionsException(
            f"The AWS Lambda function {source['SourceIdentifier']} cannot be invoked. Check the specified "
            "function ARN, and check the function's permissions"
        )
    backend.put_config_rule(rule, tags)
    for name in backend.config_rules:
        state.config_state(account_id, region).rule(name)


def _invocable(account_id: str, region: str, function: str) -> bool:
    """Whether the function exists, and its policy lets Config invoke it."""
    try:
        statements = lambda_backends[account_id][region].get_function(function).policy.statements
    except UnknownFunctionException:
        return False
    return any(
        one["Effect"] == "Allow"
        and one["Action"] in INVOKE
        and one["Principal"] in ("*", {"Service": "config.amazonaws.com"})
        for one in statements
    )


def delete_rule(account_id: str, region: str, name: str) -> None:
    """Delete a rule with its results.

    moto deletes it whatever is attached. AWS refuses while "a remediation action is associated with the rule"
    (API reference of DeleteConfigRule, ResourceInUseException).
    """
    get_rule(account_id, region, name)
    memory = state.config_state(account_id, region)
    with memory.lock:
        if memory.rule(name).remediation:
            raise refused(
                "ResourceInUseException",
                f"A remediation action is associated with the rule {name}. "
                "Delete the remediation action and try again",
            )
        config_backends[account_id][region].delete_config_rule(name)
        memory.rules.pop(name, None)


def change_types(rule: Any) -> list[str]:
    """Return the types of resources whose changes a rule is invoked for, none if no change is."""
    kinds = {one.message_type for one in rule.source.source_details or ()}
    scope = rule.scope.compliance_resource_types if rule.scope else None
    return list(scope or ()) if "ConfigurationItemChangeNotification" in kinds else []


def rule_frequency(rule: Any) -> str:
    """Return how often a rule is invoked by schedule, ``""`` if only changes trigger it."""
    for detail in rule.source.source_details or ():
        if detail.message_type == "ScheduledNotification":
            return detail.maximum_execution_frequency or rule.maximum_execution_frequency or DAILY
    return ""
