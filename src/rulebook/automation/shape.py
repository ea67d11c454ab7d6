"""The shape of a built document: its keys, those of its steps, and the inputs that each action can take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.automation import jsonpath, value_types
from rulebook.automation.actions import ACTIONS
from rulebook.automation.actions.base import Action
from rulebook.automation.parameters import MAX_DOCUMENT, declarations, size
from rulebook.errors import DocumentError

_DOCUMENT_KEYS = frozenset(
    {"schemaVersion", "description", "assumeRole", "parameters", "mainSteps", "outputs"}
)
_STEP_NAME = re.compile(r"[a-zA-Z0-9_]+")
# From a property of a step to the type it must have.
_STEP_KEYS: dict[str, type[Any]] = {
    "name": str,
    "action": str,
    "description": str,
    "inputs": dict,
    "outputs": list,
    "nextStep": str,
    "isEnd": bool,
    "isCritical": bool,
    "onFailure": str,
    "onCancel": str,
    "maxAttempts": int,
    "timeoutSeconds": int,
}


def check_document(document: Mapping[str, Any]) -> None:
    """Raise DocumentError if the document itself is wrong; its steps are not looked at."""
    if size(document) > MAX_DOCUMENT:
        raise DocumentError(f"the document has {size(document)} bytes; {MAX_DOCUMENT} are allowed")
    if document.get("schemaVersion") != "0.3":
        raise DocumentError(
            f"schemaVersion: {document.get('schemaVersion')!r} is no Automation document; it must be '0.3'"
        )
    for key in document:
        if key not in _DOCUMENT_KEYS:
            raise DocumentError(f"{key}: this runner does not know it, and would have to pass it over")
    steps = document.get("mainSteps")
    if not isinstance(steps, list) or not steps:
        raise DocumentError("mainSteps: there must be at least one step")
    declarations(document)
    outputs = document.get("outputs", [])
    if not value_types.is_a("StringList", outputs):
        raise DocumentError(f"outputs: {outputs!r} is not a list of Step.Output")


def check_step(place: str, entry: Any) -> None:
    """Raise DocumentError if a step as written is wrong in itself; where it leads is not looked at."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise DocumentError(f"{place}.name: a step needs a name")
    if not _STEP_NAME.fullmatch(entry["name"]):
        raise DocumentError(f"{place}.name: {entry['name']!r} may have only letters, digits and _")
    place = f"{place} ({entry['name']})"
    for key, value in entry.items():
        wanted = _STEP_KEYS.get(key)
        if wanted is None:
            raise DocumentError(
                f"{place}.{key}: this runner does not know it, and would have to pass it over"
            )
        if not isinstance(value, wanted) or (wanted is int and (isinstance(value, bool) or int(value) < 1)):
            raise DocumentError(f"{place}.{key}: {value!r} is not of the kind that it must be")
    action = ACTIONS.get(entry.get("action", ""))
    if action is None:
        raise DocumentError(
            f"{place}.action: {entry.get('action')!r} is not one that this runner knows: {', '.join(ACTIONS)}"
        )
    for problem in (*action.problems(entry.get("inputs", {})), *_output_problems(entry, action)):
        raise DocumentError(f"{place}: {problem}")


def _output_problems(entry: Mapping[str, Any], action: Action) -> Iterator[str]:
    outputs = entry.get("outputs", [])
    if outputs and not action.has_root:
        yield f"outputs: {action.name} has none to select from"
    for index, output in enumerate(outputs):
        place = f"outputs[{index}]"
        if not isinstance(output, dict) or not {"Name", "Selector"} <= set(output) <= {
            "Name",
            "Selector",
            "Type",
        }:
            yield f"{place} must have Name, Selector and Type"
            return
        if not isinstance(output["Name"], str) or not isinstance(output["Selector"], str):
            yield f"{place}: Name and Selector must be text"
            return
        try:
            jsonpath.parse(output["Selector"])
        except ValueError as error:
            yield f"{place}.Selector: {error}"
        if value_types.kind(output.get("Type", "String")) is None:
            yield f"{place}.Type: {output['Type']!r} is not one of {', '.join(value_types.ALLOWED)}"
