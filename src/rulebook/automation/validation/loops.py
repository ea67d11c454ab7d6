"""aws:loop goes over Iterators or while a LoopCondition holds, one of the two, through steps of its own.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-loop.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.declared_types import declared_types
from rulebook.automation.language import limits
from rulebook.automation.language.actions import LOOP
from rulebook.automation.references import has_reference, references_in, whole_reference
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import shown

CODE = "loops"

RIGHT = """\
- name: Each
  action: aws:loop
  inputs:
    Iterators: [PT1M, PT2M]
    IteratorDataType: String
    Steps:
      - name: Wait
        action: aws:sleep
        inputs:
          Duration: "{{ Each.CurrentIteratorValue }}"
"""
WRONG = RIGHT.replace("    Iterators: [PT1M, PT2M]\n    IteratorDataType: String\n", "")


ITEM_TYPES = ("Boolean", "Integer", "String", "StringMap")
_LISTS = ("StringList", "MapList")


def find(document: Node) -> Iterator[Finding]:
    """Find loops that go over nothing, or over what is no list, and items that there are none of."""
    types = declared_types(document)
    for step in flow.every_step(document):
        if step["action"].value == LOOP:
            inputs = step["inputs"]
            given = [inputs[name] for name in ("Iterators", "LoopCondition") if inputs[name].exists]
            if len(given) != 1:
                problem = (
                    "have both Iterators and LoopCondition"
                    if given
                    else "have neither Iterators nor LoopCondition"
                )
                yield inputs.finding(problem, "give one of them")
            elif given[0].key == "LoopCondition":
                yield from _of_no_iterator(step)
            yield from _inputs(inputs, types)


def _inputs(inputs: Node, types: dict[str, str]) -> Iterator[Finding]:
    iterators, condition, kind = inputs["Iterators"], inputs["LoopCondition"], inputs["IteratorDataType"]
    most, steps = inputs["MaxIterations"], inputs["Steps"]
    is_reference = bool(whole_reference(iterators.value))
    declared = types.get(whole_reference(iterators.value))
    if iterators.exists and not isinstance(iterators.value, list) and not is_reference:
        yield iterators.finding(f"is {shown(iterators.value)}", "it must be a list, or a reference to one")
    elif declared and declared not in _LISTS:
        yield iterators.finding(f"is declared {declared}", "go over a list")
    elif isinstance(iterators.value, list) and len(iterators.value) > limits.ITERATIONS:
        yield iterators.finding(
            f"has {len(iterators.value)} items, {limits.ITERATIONS} are allowed", "go over fewer"
        )
    if condition.exists and not isinstance(condition.value, dict):
        yield condition.finding(f"is {shown(condition.value)}", "it must be an object")
    if kind.exists and kind.value not in ITEM_TYPES and not has_reference(kind.value):
        yield kind.finding(f"is {shown(kind.value)}", f"use one of {', '.join(ITEM_TYPES)}")
    if most.exists and not has_reference(most.value) and not _is_count(most.value):
        yield most.finding(
            f"is {shown(most.value)}", f"it must be a whole number from 1 to {limits.ITERATIONS}"
        )
    if steps.exists and (not isinstance(steps.value, list) or not steps.value):
        yield steps.finding(f"is {shown(steps.value)}", "it must be a list of steps that is not empty")


def _is_count(value: object) -> bool:
    text = str(value)
    return not isinstance(value, bool) and text.isdecimal() and 1 <= int(text[:4]) <= limits.ITERATIONS


def _of_no_iterator(loop: Node) -> Iterator[Finding]:
    absent = f"{flow.name(loop)}.CurrentIteratorValue"
    for reference in references_in(loop["inputs"]):
        if reference.name == absent and "Script" not in reference.node.place:
            yield reference.node.finding(
                f"reads {absent}, which a loop by LoopCondition does not have", "loop by Iterators"
            )
