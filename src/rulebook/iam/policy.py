"""IAM's policy evaluation, of identity-based and trust policies: an explicit Deny wins, an Allow is needed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

Pure: policies and a request in, a decision out. What it does not understand raises, so that nothing is
allowed by mistake. moto's own evaluator looks at actions only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from rulebook.iam import conditions, patterns, variables
from rulebook.iam.conditions import UnsupportedPolicy, values_of
from rulebook.iam.variables import Context

__all__ = ["Decision", "UnsupportedPolicy", "allowed_somewhere", "decide", "decide_trust"]

_ELEMENTS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_TRUST_ELEMENTS = frozenset({"Sid", "Effect", "Action", "NotAction", "Condition", "Principal"})
Policies = Sequence[Mapping[str, Any]]


class Decision(Enum):
    """What the policies say of a request."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


def decide(
    policies: Policies,
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
    lowered = _lowered(context)
    return _decision(
        statement["Effect"]
        for statement in _statements(policies, _ELEMENTS)
        if _applies(statement, action, resource, lowered)
    )


def decide_trust(
    policy: Mapping[str, Any],
    principal: Mapping[str, str],
    context: Mapping[str, str | list[str]] | None = None,
    action: str = "sts:AssumeRole",
) -> Decision:
    """Decide whether a role's trust policy lets somebody assume it.

    Args:
        policy: the trust policy, as a JSON object.
        principal: who asks, as a policy would name it: ``{"Service": "ssm.amazonaws.com"}`` or
            ``{"AWS": "arn:aws:iam::123456789012:role/ops"}``; an account's ``:root`` stands for all of it.
        context: condition keys of the request.
        action: what is asked.

    Raises:
        UnsupportedPolicy: as in `decide`.
    """
    lowered = _lowered(context)
    return _decision(
        statement["Effect"]
        for statement in _statements([policy], _TRUST_ELEMENTS)
        if _names(statement.get("Principal", {}), principal)
        and _selects(
            statement, "Action", lambda one: patterns.matches_iam_pattern(one.lower(), action.lower())
        )
        and conditions.hold(statement.get("Condition", {}), lowered)
    )


def allowed_somewhere(policies: Policies, action: str) -> bool:
    """Tell whether a statement allows the action at all, whatever resources and conditions it names."""
    return any(
        statement["Effect"] == "Allow"
        and _selects(
            statement, "Action", lambda one: patterns.matches_iam_pattern(one.lower(), action.lower())
        )
        for statement in _statements(policies, _ELEMENTS)
    )


def _lowered(context: Mapping[str, str | list[str]] | None) -> Context:
    return {key.lower(): value for key, value in (context or {}).items()}


def _decision(effects: Iterable[str]) -> Decision:
    found = set(effects)
    if "Deny" in found:
        return Decision.EXPLICIT_DENY
    return Decision.ALLOWED if "Allow" in found else Decision.IMPLICIT_DENY


def _statements(policies: Policies, elements: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    for policy in policies:
        found = policy.get("Statement", [])
        for statement in found if isinstance(found, list) else [found]:
            if unknown := statement.keys() - elements:
                raise UnsupportedPolicy(f"policy element {', '.join(sorted(unknown))}")
            if statement.get("Effect") not in {"Allow", "Deny"}:
                raise UnsupportedPolicy(f"effect {statement.get('Effect')}")
            yield statement


def _names(element: Any, principal: Mapping[str, str]) -> bool:
    """Tell whether a Principal element names somebody; ``"*"`` names every account, and no service."""
    if element == "*":
        element = {"AWS": "*"}
    return any(
        given in {"*", name} | _account_forms(kind, name)
        for kind, name in principal.items()
        for given in values_of(element.get(kind, []))
    )


def _account_forms(kind: str, name: str) -> set[str]:
    """Return how a policy may name the account of an ARN, which stands for everybody in it."""
    parts = name.split(":")
    return {parts[4], ":".join([*parts[:5], "root"])} if kind == "AWS" and len(parts) > 5 else set()  # noqa: PLR2004 - an ARN's parts


def _applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    return (
        _selects(statement, "Action", lambda one: patterns.matches_iam_pattern(one.lower(), action.lower()))
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
        return patterns.matches_arn(variables.resolve_variables(pattern, context), resource)
    except variables.Unresolved:
        return False
