"""A branch has choices; each has a NextStep and one condition whose operator and sides fit together.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html
A loop's LoopCondition is a condition too. In 755 public documents every operator fits the declared type of
its variable: 813 conditions, without an exception.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.automation import flow
from rulebook.automation.declared_types import declared_types
from rulebook.automation.language.actions import BRANCH, LOOP
from rulebook.automation.language.operators import GROUPS, KIND_WORDS, NOT, OPERATORS, TYPES_OF, Kind
from rulebook.automation.references import has_reference, whole_reference
from rulebook.finding import Finding, Severity
from rulebook.node import Node
from rulebook.wording import nearest, shown

CODE = "conditions"

RIGHT = """\
parameters:
  Size:
    type: Integer
mainSteps:
  - name: Choose
    action: aws:branch
    inputs:
      Choices:
        - Variable: "{{ Size }}"
          NumericGreater: 10
          NextStep: Wait
    isEnd: true
  - name: Wait
    action: aws:sleep
    inputs:
      Duration: PT1M
"""
WRONG = RIGHT.replace("NumericGreater: 10", "NumericGreater: ten")

_NAMES = (*OPERATORS, *GROUPS, NOT)
_SPELT = {"number": "a number in quotes", "flag": "true or false in quotes"}
Types = Mapping[str, str]


def find(document: Node) -> Iterator[Finding]:
    """Find choices without an aim, and conditions that cannot be judged."""
    types = declared_types(document)
    for step in flow.every_step(document):
        inputs = step["inputs"]
        if step["action"].value == BRANCH:
            yield from _choices(inputs["Choices"], types)
            if inputs["Default"].exists and not inputs["Default"].text:
                yield inputs["Default"].finding(f"is {shown(inputs['Default'].value)}", "name a step")
        if step["action"].value == LOOP and isinstance(inputs["LoopCondition"].value, dict):
            yield from _condition(inputs["LoopCondition"], types)


def _choices(choices: Node, types: Types) -> Iterator[Finding]:
    if choices.exists and (not isinstance(choices.value, list) or not choices.value):
        yield choices.finding(f"is {shown(choices.value)}", "it must be a list that is not empty")
    for choice in choices:
        if not isinstance(choice.value, dict):
            yield choice.finding(f"is {shown(choice.value)}", "it must be an object")
            continue
        if not choice["NextStep"].text:
            yield choice["NextStep"].finding("is missing or no text", "name the step to go to")
        yield from _condition(choice, types)


def _condition(condition: Node, types: Types) -> Iterator[Finding]:
    names = [key for key in condition.names() if key not in ("NextStep", "Variable")]
    for name in names:
        if name not in _NAMES:
            yield condition[name].finding("is no operator", nearest(name, _NAMES))
            return
    if len(names) != 1:
        problem = "has no operator" if not names else f"has {len(names)} operators"
        yield condition.finding(problem, f"use one of {', '.join(_NAMES)}")
        return
    given = condition[names[0]]
    if names[0] in OPERATORS:
        yield from _comparison(condition, given, types)
    elif names[0] in GROUPS:
        yield from _group(given, types)
    else:
        yield from _inner(given, types)
    if names[0] not in OPERATORS and condition["Variable"].exists:
        yield condition["Variable"].finding(f"stands beside {names[0]}", "move it into each condition")


def _group(group: Node, types: Types) -> Iterator[Finding]:
    if not isinstance(group.value, list) or not group.value:
        yield group.finding(f"is {shown(group.value)}", "it must be a list that is not empty")
    for one in group:
        yield from _inner(one, types)


def _inner(condition: Node, types: Types) -> Iterator[Finding]:
    if isinstance(condition.value, dict):
        yield from _condition(condition, types)
    else:
        yield condition.finding(f"is {shown(condition.value)}", "it must be an object")


def _comparison(condition: Node, constant: Node, types: Types) -> Iterator[Finding]:
    kind = OPERATORS[constant.key]
    if not condition["Variable"].exists:
        yield condition["Variable"].finding("is missing", "name what is compared")
    for side in (condition["Variable"], constant):
        if side.exists and not could_be(kind, side.value):
            problem = f"is {shown(side.value)}, and {constant.key} compares {KIND_WORDS[kind]}"
            yield side.finding(problem, "use another operator, or another value")
        elif (declared := types.get(whole_reference(side.value))) and declared not in TYPES_OF[kind]:
            problem = f"is declared {declared}, and {constant.key} compares {KIND_WORDS[kind]}"
            # Whether the service reads text as a number is not documented; the runner does.
            severity: Severity = "warning" if declared == "String" else "error"
            yield side.finding(problem, "use an operator for that type", severity)
    if (
        kind in _SPELT
        and constant.text
        and could_be(kind, constant.value)
        and not has_reference(constant.value)
    ):
        problem = f"is {_SPELT[kind]}, which is text"
        yield constant.finding(problem, "remove the quotes", "warning")


def could_be(kind: Kind, value: Any) -> bool:
    """Tell whether a side, as written, can be of a kind: a reference can, and text that reads as one."""
    if has_reference(value):
        return True
    if kind == "text":
        return isinstance(value, str)
    if kind == "flag":
        return str(value).lower() in ("true", "false")
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return not isinstance(value, bool)
