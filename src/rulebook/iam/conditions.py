"""The Condition element of a policy statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rulebook.iam import patterns, variables
from rulebook.iam.variables import Context

_ANY, _ALL = "ForAnyValue:", "ForAllValues:"
_IF_EXISTS = "IfExists"


class UnsupportedPolicy(ValueError):
    """A policy says something that this evaluator does not understand, so that it must not decide."""


@dataclass(frozen=True)
class Operator:
    """How a condition compares: ``compare(policy value, context value)``, or the opposite of it."""

    compare: Callable[[str, str], bool]
    negated: bool = False


def _equal(want: str, have: str) -> bool:
    return patterns.plain(want) == have


def _equal_ignoring_case(want: str, have: str) -> bool:
    return patterns.plain(want).lower() == have.lower()


OPERATORS = {
    "stringequals": Operator(_equal),
    "stringnotequals": Operator(_equal, negated=True),
    "stringequalsignorecase": Operator(_equal_ignoring_case),
    "stringnotequalsignorecase": Operator(_equal_ignoring_case, negated=True),
    "stringlike": Operator(patterns.matches_iam_pattern),
    "stringnotlike": Operator(patterns.matches_iam_pattern, negated=True),
    "arnequals": Operator(patterns.matches_arn),
    "arnlike": Operator(patterns.matches_arn),
    "arnnotequals": Operator(patterns.matches_arn, negated=True),
    "arnnotlike": Operator(patterns.matches_arn, negated=True),
    "bool": Operator(_equal_ignoring_case),
}


def hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether every condition of a statement holds.

    Args:
        conditions: operator, key, value or values, as in the policy.
        context: by lower-case key.

    Raises:
        UnsupportedPolicy: an operator is unknown.
    """
    # A list, not a generator: an unknown operator must show even beside a condition that is false.
    held = [
        _holds(operator, key.lower(), values_of(wanted), context)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    ]
    return all(held)


def values_of(element: Any) -> list[str]:
    """Return the values of a policy element that may be one or a list; JSON's true is the text ``true``."""
    values = element if isinstance(element, list) else [element]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _holds(name: str, key: str, wanted: Sequence[str], context: Context) -> bool:
    if name.lower() == "null":
        return all((want.lower() == "true") == (key not in context) for want in wanted)
    quantifier = next((one for one in (_ANY, _ALL) if name.startswith(one)), "")
    base = name.removeprefix(quantifier)
    operator = OPERATORS.get(base.removesuffix(_IF_EXISTS).lower())
    if operator is None:
        raise UnsupportedPolicy(f"condition operator {name}")
    if key not in context:
        return base.endswith(_IF_EXISTS) or quantifier == _ALL or (operator.negated and quantifier != _ANY)
    return _compare(operator, quantifier, _resolved(wanted, context), values_of(context[key]))


def _compare(operator: Operator, quantifier: str, wanted: Sequence[str], have: Sequence[str]) -> bool:
    """Compare every value the request has; without a quantifier a negated operator must hold for all."""
    each = [any(operator.compare(want, one) for want in wanted) != operator.negated for one in have]
    if quantifier == _ALL or (operator.negated and not quantifier):
        return all(each)
    return any(each)


def _resolved(wanted: Sequence[str], context: Context) -> list[str]:
    found = []
    for want in wanted:
        try:
            found.append(variables.resolve_variables(want, context))
        except variables.Unresolved:
            continue  # it can equal nothing
    return found
