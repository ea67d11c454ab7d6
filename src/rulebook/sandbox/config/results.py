"""What a rule's function reports (PutEvaluations), and how it is read back."""

from datetime import timedelta
from typing import Any

from moto.config.models import config_backends

from rulebook.sandbox.config import state, times
from rulebook.sandbox.config.errors import constraint, invalid, no_such_rule, refused
from rulebook.sandbox.config.state import Invocation, Key, Result, Rule, State

TYPES = ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA")
MOST_EVALUATIONS = 100
LONGEST_ANNOTATION = 256
# AWS does not publish how long a token holds; any function has ended by then (15 minutes at most).
TOKEN_LIFE = timedelta(hours=1)
MOST_CONTRIBUTORS = 25  # DescribeComplianceByConfigRule counts no further


def put_evaluations(
    account_id: str, region: str, evaluations: list[dict[str, Any]], token: str
) -> Invocation:
    """Record what a function reports, and return the invocation that its token belongs to.

    moto accepts TestMode only and any token; AWS gives each invocation a token of its own.

    Raises:
        JsonRESTError: with the code InvalidResultTokenException or NoSuchConfigRuleException.
    """
    memory = state.config_state(account_id, region)
    with memory.lock:
        invocation = _invocation(memory, token)
        if invocation.rule not in config_backends[account_id][region].config_rules:
            raise no_such_rule(invocation.rule)
        for one in evaluations:
            _record(memory.rule(invocation.rule), one, invocation)
        invocation.reported = True
    return invocation


def _invocation(memory: State, token: str) -> Invocation:
    invocation = memory.invocations.get(token)
    if invocation is None or token_expired(invocation):
        raise refused("InvalidResultTokenException", "The resultToken provided is invalid")
    return invocation


def token_expired(invocation: Invocation) -> bool:
    """Whether its token holds no longer; it does while its function runs, however far the clock jumps."""
    return invocation.ended and state.now() - invocation.invoked > TOKEN_LIFE


def _record(rule: Rule, one: dict[str, Any], invocation: Invocation) -> None:
    key = (one["ComplianceResourceType"], one["ComplianceResourceId"])
    ordering = times.read_time(one["OrderingTimestamp"])
    if key in rule.results and rule.results[key].ordering > ordering:
        return  # an older event overtaken by a newer one
    if one["ComplianceType"] == "NOT_APPLICABLE":
        rule.results.pop(key, None)  # that is how a function takes a result back; AWS shows no such resource
        return
    rule.results[key] = state.Result(
        one["ComplianceType"], one.get("Annotation") or "", ordering, state.now(), invocation.invoked
    )


def checked_evaluations(evaluations: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Return the evaluations if AWS would take them; botocore checks no maximum, so the service must."""
    if evaluations is None:
        raise invalid("The Evaluations object in your request cannot be null. Add it and try again.")
    if len(evaluations) > MOST_EVALUATIONS:
        rule = f"Member must have length less than or equal to {MOST_EVALUATIONS}"
        raise constraint(f"[{len(evaluations)} evaluations]", "evaluations", rule)
    for number, one in enumerate(evaluations, 1):
        _check_one(one, f"evaluations.{number}.member")
    return evaluations


def _check_one(one: dict[str, Any], place: str) -> None:
    compliance, annotation = one["ComplianceType"], one.get("Annotation")
    if compliance not in TYPES:
        rule = f"Member must satisfy enum value set: [{', '.join(TYPES)}]"
        raise constraint(compliance, f"{place}.complianceType", rule)
    if annotation is not None and not 1 <= len(annotation) <= LONGEST_ANNOTATION:
        rule = f"Member must have length between 1 and {LONGEST_ANNOTATION}"
        raise constraint(annotation, f"{place}.annotation", rule)
    if compliance == "INSUFFICIENT_DATA":
        raise invalid("INSUFFICIENT_DATA is Config's own word; a function cannot report it.")


def results_of_types(rule: Rule, compliance_types: list[str] | None) -> dict[Key, Result]:
    """Return the results of these types, or all.

    Raises:
        JsonRESTError: INSUFFICIENT_DATA "cannot be used as a ComplianceType for filtering results".
    """
    if "INSUFFICIENT_DATA" in (compliance_types or ()):
        raise invalid("INSUFFICIENT_DATA cannot be used as a ComplianceType for filtering results.")
    return {
        key: one
        for key, one in rule.results.items()
        if not compliance_types or one.compliance in compliance_types
    }


def as_detail(rule_name: str, key: Key, result: Result) -> dict[str, Any]:
    """Return a result as the two GetComplianceDetails operations show it."""
    qualifier = {
        "ConfigRuleName": rule_name,
        "ResourceType": key[0],
        "ResourceId": key[1],
        "EvaluationMode": "DETECTIVE",
    }
    return {
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": qualifier,
            **times.written(OrderingTimestamp=result.ordering),
        },
        "ComplianceType": result.compliance,
        **times.written(ResultRecordedTime=result.recorded, ConfigRuleInvokedTime=result.invoked),
        **({"Annotation": result.annotation} if result.annotation else {}),
    }


def rule_compliance(rule: Rule) -> dict[str, Any]:
    """Return the compliance of a whole rule; one without results has too little data."""
    wrong = sum(one.compliance == "NON_COMPLIANT" for one in rule.results.values())
    if wrong:
        count = {"CappedCount": min(wrong, MOST_CONTRIBUTORS), "CapExceeded": wrong > MOST_CONTRIBUTORS}
        return {"ComplianceType": "NON_COMPLIANT", "ComplianceContributorCount": count}
    return {"ComplianceType": "COMPLIANT" if rule.results else "INSUFFICIENT_DATA"}
