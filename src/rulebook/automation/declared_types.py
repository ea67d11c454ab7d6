"""The type that a document declares for what a reference names: one of ``value_types.TYPES``."""

from typing import Any

from rulebook.automation import flow
from rulebook.automation.language import system_variables, value_types
from rulebook.automation.language.actions import LOOP
from rulebook.automation.references import has_reference
from rulebook.node import Node


def declared_types(document: Node) -> dict[str, str]:
    """Return the type of every name that has one: parameters, variables, outputs of steps, system variables.

    An output without a Type is left out, and so is a name that stands twice with two types.
    """
    declared: list[tuple[str, Any]] = [(name, "String") for name in system_variables.NAMES]
    declared += [(one.key, one["type"].value) for one in document["parameters"]]
    declared += [
        (f"{system_variables.VARIABLE}:{one.key}", one["type"].value) for one in document["variables"]
    ]
    for step in flow.every_step(document):
        of_step = {output["Name"].text: output["Type"].value for output in step["outputs"]}
        if step["action"].value == LOOP:
            of_step |= {"CurrentIteration": "Integer", "CurrentIteratorValue": _item(step["inputs"])}
        declared += [(f"{flow.name(step)}.{output}", kind) for output, kind in of_step.items()]
    kinds: dict[str, set[str | None]] = {}
    for name, kind in declared:
        kinds.setdefault(name, set()).add(value_types.kind(kind))
    return {name: kind for name, found in kinds.items() if len(found) == 1 and (kind := next(iter(found)))}


def _item(inputs: Node) -> Any:
    """Return the type of a loop's current item: text unless IteratorDataType says otherwise."""
    kind = inputs["IteratorDataType"]
    return "String" if not kind.exists else None if has_reference(kind.value) else kind.value
