"""The types of parameters, variables and outputs, and how a value is read from what a start passes.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

import json
import re
from collections.abc import Callable
from typing import Any

_ONE_OF_AWS = re.compile(r"AWS(::[A-Za-z0-9]+)+")
_LIST_OF_AWS = re.compile(r"List<AWS(::[A-Za-z0-9]+)+>")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def kind(declared: Any) -> str | None:
    """Return the JSON type behind a declared type, or None for no type the service knows.

    ``AWS::EC2::Instance::Id`` and ``List<AWS::EC2::Instance::Id>`` are strings with a picker in the console.
    """
    if not isinstance(declared, str):
        return None
    if _ONE_OF_AWS.fullmatch(declared):
        return "String"
    if _LIST_OF_AWS.fullmatch(declared):
        return "StringList"
    return declared if declared in _IS else None


def is_a(declared: str, value: Any) -> bool:
    """Tell whether a JSON value is of a type."""
    return _IS[declared](value)


_IS: dict[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "StringList": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "StringMap": lambda value: isinstance(value, dict),
    "MapList": lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
}

ALLOWED = {
    "String": "one string",
    "Integer": "a whole number",
    "Boolean": "true or false",
    "StringList": "a list of strings",
    "StringMap": "a JSON object",
    "MapList": "a list of JSON objects",
}


TYPES = tuple(ALLOWED)
# A text that ``kind`` takes.
NAME = f"({'|'.join(TYPES)}|{_ONE_OF_AWS.pattern}|{_LIST_OF_AWS.pattern})"


def read_value(wanted: str, raw: Any) -> Any:
    """Return a parameter's value in its type; the API passes a list of strings, plain values do as well.

    Raises:
        ValueError: it is not of that type; the message says what is allowed.
    """
    value = _READ[wanted](raw)
    if not is_a(wanted, value):
        raise ValueError(ALLOWED[wanted])
    return value


def _single(raw: Any) -> Any:
    return raw[0] if isinstance(raw, list) and len(raw) == 1 else raw


def _integer(raw: Any) -> Any:
    value = _single(raw)
    return int(value) if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value) else value


def _boolean(raw: Any) -> Any:
    value = _single(raw)
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def _parsed(text: Any) -> Any:
    """Return what JSON text holds; anything else as it is."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _string_list(raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    parsed = _parsed(raw)
    return parsed if isinstance(parsed, list) else [raw]


def _map_list(raw: Any) -> Any:
    value = _parsed(raw)
    return [_parsed(item) for item in value] if isinstance(value, list) else value


_READ: dict[str, Callable[[Any], Any]] = {
    "String": _single,
    "Integer": _integer,
    "Boolean": _boolean,
    "StringList": _string_list,
    "StringMap": lambda raw: _parsed(_single(raw)),
    "MapList": _map_list,
}
