"""Remediation exceptions: resources that are not remedied automatically."""

from datetime import timedelta
from typing import Any

from rulebook.sandbox.config import rules, state, times
from rulebook.sandbox.config.errors import constraint, refused
from rulebook.sandbox.config.state import Key, Rule, Waiver

MOST_KEYS = 100
LONGEST_MESSAGE = 1024


def put_exceptions(
    account_id: str, region: str, name: str, keys: list[Key], message: str, expires: float | None
) -> list[dict[str, Any]]:
    """Make or change exceptions; return AWS's ``FailedBatches``.

    "Placing an exception can only be performed on resources that are NON_COMPLIANT" (API reference).
    """
    check_keys(keys)
    if len(message) > LONGEST_MESSAGE:
        raise constraint(
            message, "message", f"Member must have length less than or equal to {LONGEST_MESSAGE}"
        )
    rules.get_rule(account_id, region, name)
    memory = state.config_state(account_id, region)
    with memory.lock:
        rule = memory.rule(name)
        wrong = [key for key in keys if is_wrong(rule, key)]
        for key in wrong:
            rule.waivers[key] = state.Waiver(message, times.read_time(expires) if expires else None)
    refused_keys = [key for key in keys if key not in wrong]
    return _failed_batches(name, refused_keys)


def _failed_batches(name: str, keys: list[Key]) -> list[dict[str, Any]]:
    if not keys:
        return []
    items = [{"ConfigRuleName": name, "ResourceType": kind, "ResourceId": one} for kind, one in keys]
    return [{"FailureMessage": "The resource is not NON_COMPLIANT with the rule.", "FailedItems": items}]


def check_keys(keys: list[Key]) -> None:
    """Raise AWS's error for none or too many."""
    if not 1 <= len(keys) <= MOST_KEYS:
        rule = f"Member must have length between 1 and {MOST_KEYS}"
        raise constraint(f"[{len(keys)} keys]", "resourceKeys", rule)


def is_wrong(rule: Rule, key: Key) -> bool:
    """Whether the rule's last word on the resource is NON_COMPLIANT."""
    return key in rule.results and rule.results[key].compliance == "NON_COMPLIANT"


def in_force(rule: Rule) -> dict[Key, Waiver]:
    """Return the exceptions that have not expired, and forget those that have."""
    now = state.now()
    rule.waivers = {key: one for key, one in rule.waivers.items() if one.expires is None or one.expires > now}
    return rule.waivers


def as_exception(name: str, key: Key, waiver: Waiver) -> dict[str, Any]:
    """Return an exception as DescribeRemediationExceptions shows it."""
    return {
        "ConfigRuleName": name,
        "ResourceType": key[0],
        "ResourceId": key[1],
        **({"Message": waiver.message} if waiver.message else {}),
        **times.written(ExpirationTime=waiver.expires),
    }


def delete_exceptions(account_id: str, region: str, name: str, keys: list[Key]) -> None:
    """Delete exceptions, all or none; the resources may be remedied automatically again.

    Raises:
        JsonRESTError: NoSuchRemediationExceptionException.
    """
    check_keys(keys)
    rules.get_rule(account_id, region, name)
    memory = state.config_state(account_id, region)
    with memory.lock:
        rule = memory.rule(name)
        missing = [key for key in keys if key not in in_force(rule)]
        if missing:
            message = f"The remediation exception does not exist: {', '.join(one for _, one in missing)}"
            raise refused("NoSuchRemediationExceptionException", message)
        for key in keys:
            del rule.waivers[key]


def count_failure(rule: Rule, key: Key) -> bool:
    """Count a failed attempt; return whether it was the last allowed, in which case an exception is made.

    "If MaximumAutomaticAttempts remediation attempts have been made under RetryAttemptSeconds, a remediation
    exception will be added to the resource" (API reference of RemediationConfiguration).
    """
    configuration = rule.remediation or {}
    most, window = configuration["MaximumAutomaticAttempts"], configuration["RetryAttemptSeconds"]
    now = state.now()
    recent = [*(one for one in rule.failures.get(key, []) if now - one < timedelta(seconds=window)), now]
    rule.failures[key] = recent
    if len(recent) < most:
        return False
    del rule.failures[key]
    rule.waivers[key] = state.Waiver(f"Remediation failed {most} times within {window} seconds.")
    return True
