"""Where aws:branch goes."""

from typing import Any

import pytest

from automation.conftest import REGION, document, outcome, passes
from rulebook.automation import run_document
from rulebook.automation.actions.branch import holds
from rulebook.automation.failures import StepFailed

HOLDS: dict[str, tuple[Any, str, Any, bool]] = {
    "equal text": ("a", "StringEquals", "a", True),
    "text in other case": ("A", "StringEquals", "a", False),
    "text in any case": ("A", "EqualsIgnoreCase", "a", True),
    "a beginning": ("python", "StartsWith", "py", True),
    "no beginning": ("python", "StartsWith", "on", False),
    "an end": ("python", "EndsWith", "on", True),
    "a part": ("python", "Contains", "yth", True),
    "no part": ("python", "Contains", "Yth", False),
    "equal numbers": (5, "NumericEquals", 5, True),
    "a number as text, as parameters arrive": ("5", "NumericEquals", 5.0, True),
    "greater": (6, "NumericGreater", 5, True),
    "not greater": (5, "NumericGreater", 5, False),
    "lesser": (4, "NumericLesser", 5, True),
    "greater or equal": (5, "NumericGreaterOrEquals", 5, True),
    "lesser or equal": (6, "NumericLesserOrEquals", 5, False),
    "equal Booleans": (True, "BooleanEquals", True, True),
    "a Boolean as text": ("False", "BooleanEquals", True, False),
}


@pytest.mark.parametrize(("variable", "operator", "constant", "expected"), HOLDS.values(), ids=list(HOLDS))
def test_an_operator_compares(variable: Any, operator: str, constant: Any, expected: bool) -> None:
    assert holds({"Variable": variable, operator: constant}) is expected


YES = {"Variable": "a", "StringEquals": "a"}
NO = {"Not": YES}
GROUPS: dict[str, tuple[dict[str, Any], bool]] = {
    "and of both": ({"And": [YES, YES]}, True),
    "and of one": ({"And": [YES, NO]}, False),
    "or of one": ({"Or": [NO, YES]}, True),
    "or of none": ({"Or": [NO, NO]}, False),
    "not": (NO, False),
    "not of not": ({"Not": NO}, True),
    "groups within groups": ({"And": [{"Or": [NO, YES]}, {"Not": {"And": [YES, NO]}}]}, True),
}


@pytest.mark.parametrize(("condition", "expected"), GROUPS.values(), ids=list(GROUPS))
def test_groups_combine(condition: dict[str, Any], expected: bool) -> None:
    assert holds(condition) is expected


MISMATCHES: dict[str, tuple[Any, str, Any]] = {
    "a word for a number": ("many", "NumericGreater", 5),
    "a Boolean for a number": (True, "NumericEquals", 1),
    "a word for a Boolean": ("yes", "BooleanEquals", True),
    "a list for text": (["a"], "StringEquals", "a"),
}


@pytest.mark.parametrize(("variable", "operator", "constant"), MISMATCHES.values(), ids=list(MISMATCHES))
def test_what_cannot_be_compared_fails_the_step(variable: Any, operator: str, constant: Any) -> None:
    with pytest.raises(StepFailed, match=f"^{operator} cannot compare"):
        holds({"Variable": variable, operator: constant})


def choose(word: str, **branch: Any) -> tuple[str, list[str]]:
    """Run a branch with choices for "one" and "two", followed by steps Next, One, Two and Other."""
    choices = [
        {"NextStep": "One", "Variable": "{{ Word }}", "StringEquals": "one"},
        {"NextStep": "Two", "Variable": "{{ Word }}", "StringEquals": "two"},
        {"NextStep": "Other", "Variable": "{{ Word }}", "StringEquals": "two"},
    ]
    inputs = {"Choices": choices, **branch.pop("inputs", {})}
    step = {"name": "Branch", "action": "aws:branch", "inputs": inputs, **branch}
    rest = [passes(name, isEnd=True) for name in ("Next", "One", "Two", "Other")]
    ran = run_document(document(step, *rest, parameters={"Word": {"type": "String"}}), {"Word": word}, REGION)
    status, steps = outcome(ran)
    return status, [name for name, _ in steps[1:]]


def test_the_first_choice_that_holds_decides() -> None:
    assert choose("two") == ("Success", ["Two"])


def test_no_choice_leads_to_the_default() -> None:
    assert choose("three", inputs={"Default": "Other"}) == ("Success", ["Other"])


def test_no_choice_and_no_default_lead_to_the_next_step() -> None:
    assert choose("three") == ("Success", ["Next"])


def test_no_choice_ends_a_branch_that_is_an_end() -> None:
    assert choose("three", isEnd=True) == ("Success", [])


def test_a_choice_leads_on_from_a_branch_that_is_an_end() -> None:
    assert choose("one", isEnd=True) == ("Success", ["One"])
