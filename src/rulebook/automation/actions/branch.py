"""aws:branch: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rulebook.automation.actions.base import Action, Context, Result, missing, unknown
from rulebook.automation.failures import StepFailed

# From an operator to (the type of both sides, whether variable and constant satisfy it).
_OPERATORS: dict[str, tuple[type, Callable[[Any, Any], bool]]] = {
    "StringEquals": (str, operator.eq),
    "EqualsIgnoreCase": (str, lambda variable, constant: variable.casefold() == constant.casefold()),
    "StartsWith": (str, str.startswith),
    "EndsWith": (str, str.endswith),
    "Contains": (str, operator.contains),
    "NumericEquals": (float, operator.eq),
    "NumericGreater": (float, operator.gt),
    "NumericLesser": (float, operator.lt),
    "NumericGreaterOrEquals": (float, operator.ge),
    "NumericLesserOrEquals": (float, operator.le),
    "BooleanEquals": (bool, operator.eq),
}
_GROUPS = ("And", "Or")


class Branch(Action):
    """Go to the step of the first choice that holds, else to ``Default``, else on to the next step."""

    name = "aws:branch"

    def problems(self, inputs: Mapping[str, Any]) -> Iterator[str]:
        """Yield every choice that could not be judged."""
        yield from missing(inputs, "Choices")
        yield from unknown(inputs, "Choices", "Default")
        if not isinstance(inputs.get("Default", ""), str):
            yield "inputs.Default must be the name of a step"
        choices = inputs.get("Choices", [])
        if not isinstance(choices, list) or not choices:
            yield "inputs.Choices must be a list of at least one choice"
            return
        for index, choice in enumerate(choices):
            place = f"inputs.Choices[{index}]"
            if not isinstance(choice, dict) or not isinstance(choice.get("NextStep"), str):
                yield f"{place}.NextStep is required"
            else:
                yield from _problems(_condition(choice), place)

    def targets(self, inputs: Mapping[str, Any]) -> Iterator[str]:
        """Yield every step that a choice, or the default, leads to."""
        yield from (choice["NextStep"] for choice in inputs["Choices"])
        if "Default" in inputs:
            yield inputs["Default"]

    def run(self, inputs: Mapping[str, Any], context: Context) -> Result:  # noqa: ARG002 - it needs nothing else
        """Judge the choices in order."""
        for choice in inputs["Choices"]:
            if holds(_condition(choice)):
                return Result(next_step=choice["NextStep"])
        return Result(next_step=inputs.get("Default"))


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
    wanted, test = _OPERATORS[name]
    return bool(test(_as(wanted, condition["Variable"], name), _as(wanted, condition[name], name)))


def _as(wanted: type, value: Any, name: str) -> Any:
    """Return a side in the operator's type; parameters arrive as text, so text that reads as one will do."""
    if wanted is bool and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if wanted is str and isinstance(value, str):
        return value
    if wanted is float and not isinstance(value, bool):
        try:
            return float(value)
        except (TypeError, ValueError):
            pass  # said below, with the operator's name
    raise StepFailed(f"{name} cannot compare {value!r}: it needs a {wanted.__name__}")


def _problems(condition: Any, place: str) -> Iterator[str]:
    if not isinstance(condition, dict):
        yield f"{place} must be a map"
        return
    group = next((name for name in _GROUPS if name in condition), None)
    if len(condition) == 1 and group:
        if not isinstance(condition[group], list) or not condition[group]:
            yield f"{place}.{group} must be a list of at least one condition"
            return
        for index, one in enumerate(condition[group]):
            yield from _problems(one, f"{place}.{group}[{index}]")
    elif len(condition) == 1 and "Not" in condition:
        yield from _problems(condition["Not"], f"{place}.Not")
    elif "Variable" not in condition or len(set(condition) & set(_OPERATORS)) != 1 or len(condition) != 2:  # noqa: PLR2004 - a variable and an operator
        known = ", ".join((*_OPERATORS, *_GROUPS, "Not"))
        yield f"{place} must have Variable and one operator of {known}"
