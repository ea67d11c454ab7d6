"""IAM's policy evaluation for identity-based policies: an explicit Deny wins, an Allow is needed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

Pure: policies and a request in, a decision out. What it does not understand raises, so that nothing is
allowed by mistake. moto's own evaluator looks at actions only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from rulebook.sandbox.authorization import conditions, patterns, variables
from rulebook.sandbox.authorization.conditions import UnsupportedPolicy, values_of
from rulebook.sandbox.authorization.variables import Context

__all__ = ["Decision", "UnsupportedPolicy", "decide"]

_ELEMENTS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Principal"}
)


class Decision(Enum):
    """What the policies say of a request."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


def decide(
    policies: Sequence[Mapping[str, Any]],
    action: str,
    resource: str,
    context: Mapping[str, str | list[str]] | None = None,
) -> Decision:
    """Decide whether a request is allowed.

    Args:
        policies: identity-based policy documents, as JSON objects.
        action: for example ``iam:DeleteAccessKey``; case does not count.
        resource: an ARN, or ``*`` for an action without resource-level permissions.
        context: condition keys of the request, for example ``{"aws:ResourceTag/team": "red"}``; the case of
            keys does not count.

    Raises:
        UnsupportedPolicy: a statement has an element or, if it is about this request, an operator that is
            not known here.
    """
    lowered = {key.lower(): value for key, value in (context or {}).items()}
    effects = {
        statement["Effect"]
        for statement in _statements(policies)
        if _applies(statement, action, resource, lowered)
    }
    if "Deny" in effects:
        return Decision.EXPLICIT_DENY
    return Decision.ALLOWED if "Allow" in effects else Decision.IMPLICIT_DENY


def _statements(policies: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for policy in policies:
        found = policy.get("Statement", [])
        for statement in found if isinstance(found, list) else [found]:
            if unknown := statement.keys() - _ELEMENTS:
                raise UnsupportedPolicy(f"policy element {', '.join(sorted(unknown))}")
            if statement.get("Effect") not in {"Allow", "Deny"}:
                raise UnsupportedPolicy(f"effect {statement.get('Effect')}")
            if "Principal" in statement:
                raise UnsupportedPolicy("Principal, which an identity-based policy does not have")
            yield statement


def _applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    return (
        _selects(statement, "Action", lambda one: patterns.matches(one.lower(), action.lower()))
        and _selects(statement, "Resource", lambda one: _covers(one, resource, context))
        and conditions.hold(statement.get("Condition", {}), context)
    )


def _selects(statement: Mapping[str, Any], element: str, fits: Callable[[str], bool]) -> bool:
    """Whether Action or Resource fits, or its Not form does not."""
    negation = f"Not{element}"
    if (element in statement) == (negation in statement):
        raise UnsupportedPolicy(f"a statement with both or neither of {element} and {negation}")
    if element in statement:
        return any(fits(one) for one in values_of(statement[element]))
    return not any(fits(one) for one in values_of(statement[negation]))


def _covers(pattern: str, resource: str, context: Context) -> bool:
    try:
        return patterns.matches_arn(variables.resolve(pattern, context), resource)
    except variables.Unresolved:
        return False
