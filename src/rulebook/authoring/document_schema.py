"""The JSON Schema of Automation documents, with which editors complete and check a ``document.yaml``.

Made from the facts that the checks judge by. It takes every document that they take; names that must fit each
other are beyond a schema.
"""

from typing import Any

from rulebook.automation.language import keys, limits, runtimes, value_types
from rulebook.automation.language.actions import (
    ACTIONS,
    API_CALLS,
    BRANCH,
    LOOP,
    PROPERTY_READS,
    SCRIPT,
    SLEEP,
    Action,
)
from rulebook.automation.language.operators import GROUPS, NOT, OPERATORS, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ACTIONS_PAGE = "https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html"

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_SOME_TEXT: Schema = {"type": "string", "minLength": 1}
_REFERENCE: Schema = {"type": "string", "pattern": r"\{\{[^{}]+\}\}"}
_STEP_LIST: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}}


def _either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def _whole(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" for letter in word)


_FLAG = _either({"type": "boolean"}, _whole("|".join(map(_any_case, keys.FLAG_TEXTS))))
_KINDS: dict[keys.Kind, Schema] = {
    "text": _TEXT,
    "object": {"type": "object"},
    "list": {"type": "array"},
    "filled list": {"type": "array", "minItems": 1},
    "flag": _FLAG,
    "whole number": {"type": "integer"},
    "count": _either({"type": "integer", "minimum": 1}, _whole(keys.COUNT_TEXT.pattern), _REFERENCE),
    "anything": {},
}
_SIDES: dict[Kind, Schema] = {
    "text": _TEXT,
    "number": _either({"type": "number"}, _TEXT),
    "flag": _either(_FLAG, _REFERENCE),
}


def document_schema() -> Schema:
    """Return the schema, draft 2020-12."""
    named = {"propertyNames": _whole(limits.PARAMETER_NAME.pattern)}
    top: dict[str, Schema] = {
        "schemaVersion": {"const": limits.SCHEMA_VERSION},
        "parameters": {**named, "additionalProperties": {"$ref": "#/$defs/parameter"}},
        "variables": {**named, "additionalProperties": {"$ref": "#/$defs/variable"}},
        "mainSteps": _STEP_LIST,
        "outputs": {"items": _TEXT},
    }
    return {
        "$schema": DIALECT,
        "title": f"SSM Automation document, schemaVersion {limits.SCHEMA_VERSION}",
        **_keyed(keys.DOCUMENT, top),
        "$defs": {
            "parameter": _keyed(keys.PARAMETER, {"type": _whole(value_types.NAME)}),
            "variable": _keyed(keys.VARIABLE, {"type": _whole(value_types.NAME)}),
            "output": _keyed(keys.OUTPUT, {"Type": {"enum": list(value_types.TYPES)}}),
            "step": _step(),
            "condition": _condition({}),
            "choice": _condition({"NextStep": _SOME_TEXT}),
        },
    }


def _keyed(known: keys.Keys, further: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, key in known.items() if key.required],
        "properties": {name: _KINDS[key.kind] | further.get(name, {}) for name, key in known.items()},
    }


def _step() -> Schema:
    reaction = _whole(f"{'|'.join(keys.REACTIONS)}|{keys.JUMP}.+")
    further: dict[str, Schema] = {
        "name": _whole(limits.STEP_NAME.pattern),
        "action": {"enum": list(ACTIONS), "description": _ACTIONS_PAGE},
        "outputs": {"items": {"$ref": "#/$defs/output"}},
        "onFailure": reaction,
        "onCancel": reaction,
    }
    by_action = [
        {
            "if": {"required": ["action"], "properties": {"action": {"const": name}}},
            "then": {
                "properties": {
                    "inputs": _inputs(action),
                    **({} if action.selects else {"outputs": {"maxItems": 0}}),
                },
                "required": ["inputs"] if action.required or name == SLEEP else [],
            },
        }
        for name, action in ACTIONS.items()
    ]
    return {**_keyed(keys.STEP, further), "allOf": by_action}


def _inputs(action: Action) -> Schema:
    properties: dict[str, Schema] = {name: {} for name in sorted(action.inputs)} | _of_action(action.name)
    schema: Schema = {"type": "object", "properties": properties, "required": sorted(action.required)}
    if not action.any_input:
        schema["additionalProperties"] = False
    if action.name == SLEEP:
        schema["oneOf"] = [{"required": ["Duration"]}, {"required": ["Timestamp"]}]
    if action.name == SCRIPT:
        schema["anyOf"] = [{"required": ["Script"]}, {"required": ["Attachment"]}]
        powershell = {"properties": {"Runtime": {"enum": list(runtimes.POWERSHELL)}}}
        schema["allOf"] = [{"if": powershell, "else": {"required": ["Handler"]}}]
    return schema


def _of_action(name: str) -> dict[str, Schema]:
    known: dict[str, dict[str, Schema]] = {
        BRANCH: {
            "Choices": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/choice"}},
            "Default": _SOME_TEXT,
        },
        LOOP: {"Steps": _STEP_LIST},
        SLEEP: {"Duration": _TEXT, "Timestamp": _TEXT},
        SCRIPT: {
            "Runtime": _either({"enum": [runtimes.PYTHON, *runtimes.POWERSHELL]}, _REFERENCE),
            "Script": _SOME_TEXT,
            "InputPayload": _either({"type": "object"}, _REFERENCE),
        },
    }
    found = known.get(name, {})
    if name in API_CALLS:
        found = {"Service": _SOME_TEXT, "Api": _SOME_TEXT}
    if name in PROPERTY_READS:
        desired = _either({"type": "array", "minItems": 1}, _REFERENCE)
        found = {**found, "PropertySelector": _SOME_TEXT, "DesiredValues": desired}
    return found


def _condition(beside: dict[str, Schema]) -> Schema:
    inner: Schema = {"$ref": "#/$defs/condition"}
    group: Schema = {"type": "array", "minItems": 1, "items": inner}
    combined = {**dict.fromkeys(GROUPS, group), NOT: inner}
    compared = {name: _SIDES[kind] for name, kind in OPERATORS.items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(beside),
        "properties": {**beside, "Variable": {}, **compared, **combined},
        "oneOf": [
            *({"required": [name, "Variable"]} for name in compared),
            *({"required": [name]} for name in combined),
        ],
    }
