"""Checks data against a JSON Schema and says what is wrong in words a person can act on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from rulebook.finding import Place
from rulebook.wording import nearest, shown

_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def validator(schema: Path) -> Draft202012Validator:
    """Return a validator for a schema file of this package."""
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def best_error(checker: Draft202012Validator, data: Any) -> tuple[str, str, str] | None:
    """Return place, problem and cure of the error that helps most, or None if the data is valid."""
    error = best_match(checker.iter_errors(data))
    return describe_error(error) if error else None


def describe_error(error: ValidationError) -> tuple[str, str, str]:
    """Return place, problem and cure of one error."""
    place = str(Place(error.absolute_path))
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        return place or "top", *_unknown_key(instance, _within(error)["properties"])
    if error.validator == "required":
        required: Any = error.validator_value
        missing = next(key for key in required if key not in instance)
        return place or "top", f"the key {missing} is missing", "add it"
    problem = f"is {shown(error.instance)}"
    if "propertyNames" in error.absolute_schema_path:
        problem = f"has the key {shown(error.instance)}"
    return place or "top", problem, f"it must be {allowed(error)}"


def _unknown_key(instance: dict[str, Any], known: dict[str, Any]) -> tuple[str, str]:
    unknown = next(key for key in instance if key not in known)
    return f"the key {unknown} is unknown", nearest(unknown, known)


def _within(error: ValidationError) -> dict[str, Any]:
    """Return the schema that the failed keyword stands in; it is an object in every schema of ours."""
    schema: Any = error.schema
    return cast("dict[str, Any]", schema)


def allowed(error: ValidationError) -> str:
    """Say what is allowed where the error is."""
    if error.validator == "pattern":
        return str(_within(error).get("patternErrorMessage", f"like {error.validator_value}"))
    phrase = _PHRASES.get(str(error.validator))
    return phrase(error.validator_value) if phrase else error.message


def _types(value: Any) -> str:
    names = [value] if isinstance(value, str) else value
    return " or ".join(_TYPES[name] for name in names)


_PHRASES: dict[str, Callable[[Any], str]] = {
    "type": _types,
    "enum": lambda value: f"one of {', '.join(map(str, value))}",
    "minimum": lambda value: f"{value} or more",
    "maximum": lambda value: f"{value} or less",
    "minLength": lambda _: "text that is not empty; leave it out to leave it unset",
    "maxLength": lambda value: f"{value} characters or fewer",
    "minItems": lambda _: "a list that is not empty",
    "minProperties": lambda _: "an object that is not empty",
    "uniqueItems": lambda _: "a list without repetition",
}
