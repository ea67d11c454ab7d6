"""aws:branch: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed
from rulebook.automation.language.operators import KIND_WORDS, OPERATORS, Kind

# From an operator to whether variable and constant, both of its kind, satisfy it.
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "StringEquals": operator.eq,
    "EqualsIgnoreCase": lambda variable, constant: variable.casefold() == constant.casefold(),
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
    "Contains": operator.contains,
    "NumericEquals": operator.eq,
    "NumericGreater": operator.gt,
    "NumericLesser": operator.lt,
    "NumericGreaterOrEquals": operator.ge,
    "NumericLesserOrEquals": operator.le,
    "BooleanEquals": operator.eq,
}


class Branch(StepRunner):
    """Go to the step of the first choice that holds, else to ``Default``, else on to the next step."""

    name = "aws:branch"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:  # noqa: ARG002 - it needs nothing else
        """Judge the choices in order."""
        for choice in inputs["Choices"]:
            if holds(_condition(choice)):
                return _to(choice["NextStep"])
        return _to(inputs.get("Default"))


def _to(step: str | None) -> Result:
    return Result(next_step=step, outputs={"NextStep": step} if step else {})


def _condition(choice: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in choice.items() if name != "NextStep"}


def holds(condition: Mapping[str, Any]) -> bool:
    """Judge a condition whose references are resolved.

    Raises:
        StepFailed: a side is not of the operator's type.
    """
    if "And" in condition:
        return all(holds(one) for one in condition["And"])
    if "Or" in condition:
        return any(holds(one) for one in condition["Or"])
    if "Not" in condition:
        return not holds(condition["Not"])
    name = next(one for one in condition if one != "Variable")
    kind = OPERATORS[name]
    return _TESTS[name](_as(kind, condition["Variable"], name), _as(kind, condition[name], name))


def _as(kind: Kind, value: Any, name: str) -> Any:
    """Return a side in the operator's kind; parameters arrive as text, so text that reads as one will do."""
    if kind == "flag" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "number" and not isinstance(value, bool):
        try:
            return float(value)
        except (TypeError, ValueError):
            pass  # said below, with the operator's name
    raise StepFailed(f"{name} cannot compare {value!r}: it needs {KIND_WORDS[kind]}")
