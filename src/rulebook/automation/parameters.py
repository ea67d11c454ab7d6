"""Accept an execution's parameters, or refuse the start as the service does.

The service answers InvalidAutomationExecutionParametersException; here that is ``ParametersRefused``, one
line that names the parameter, the value and what is allowed. The whole document, with the values given, may
have 64 KB (https://docs.aws.amazon.com/general/latest/gr/ssm.html). Whether the service counts blanks is
not documented; here they do not count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.automation import value_types
from rulebook.errors import DocumentError, ParametersRefused

MAX_DOCUMENT = 64 * 1024
# From a key of a declaration to the types that its value may have.
_DECLARATION_KEYS: dict[str, type | tuple[type, ...]] = {
    "type": object,
    "description": str,
    "displayType": str,
    "default": object,
    "allowedValues": list,
    "allowedPattern": str,
    **dict.fromkeys(("minChars", "maxChars", "minItems", "maxItems"), int),
}
_SHOWN = 120  # characters of a value in a message


def accept(document: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter of the document in its own type: those given, and defaults for the rest.

    Args:
        document: a built Automation document.
        parameters: name to value, a plain value or, as the API has it, a list of strings.

    Raises:
        ParametersRefused: one is unknown, missing, of the wrong type or not allowed, or they are too large.
        DocumentError: a parameter is declared wrongly.
    """
    declared = declarations(document)
    for name in sorted(set(parameters) - set(declared)):
        known = ", ".join(declared) or "none"
        raise ParametersRefused(
            f"{name} = {_shown(parameters[name])}: the document has no such parameter; it has {known}"
        )
    if size(document) + size(parameters) > MAX_DOCUMENT:
        raise ParametersRefused(
            f"the document ({size(document)} bytes) and the parameters given ({size(parameters)} bytes) "
            f"have more than {MAX_DOCUMENT} bytes together; give shorter values"
        )
    return {name: _accept_one(name, given, parameters) for name, given in declared.items()}


def declarations(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the document declares of each parameter.

    Raises:
        DocumentError: a declaration could not be held against a value.
    """
    declared = document.get("parameters", {})
    if not isinstance(declared, dict):
        raise DocumentError(f"parameters: {_shown(declared)} is no map from a name to its declaration")
    for name, declaration in declared.items():
        if not isinstance(declaration, dict):
            raise DocumentError(f"parameters.{name}: {_shown(declaration)} is no declaration")
        for key, value in declaration.items():
            number_is_flag = isinstance(value, bool) and key != "default"  # to Python, True is a number
            if number_is_flag or not isinstance(value, _DECLARATION_KEYS.get(key, ())):
                raise DocumentError(f"parameters.{name}.{key}: {_shown(value)} is not what may stand there")
    return declared


def size(value: Any) -> int:
    """Count the bytes of a value as compact JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return len(text.encode(errors="surrogatepass"))


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _accept_one(name: str, declared: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    wanted = value_types.kind(declared.get("type"))
    if wanted is None:
        raise DocumentError(
            f"parameters.{name}: {declared.get('type')!r} is not a type; "
            f"use {', '.join(value_types.ALLOWED)} or an AWS type"
        )
    if name in parameters:
        return _checked(name, declared, wanted, parameters[name])
    if "default" not in declared:
        raise ParametersRefused(f"{name}: a value is required and none was given")
    try:
        return _checked(name, declared, wanted, declared["default"])
    except ParametersRefused as refused:
        raise DocumentError(f"parameters.{name}.default: {refused}") from refused


def _checked(name: str, declared: Mapping[str, Any], wanted: str, raw: Any) -> Any:
    try:
        value = value_types.read(wanted, raw)
    except ValueError as error:
        raise ParametersRefused(f"{name} = {_shown(raw)}: must be {error}") from error
    for problem in _refusals(name, declared, value):
        raise ParametersRefused(f"{name} = {_shown(value)}: {problem}")
    return value


def _refusals(name: str, declared: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Yield what the declaration does not allow of a value that has the right type."""
    items = value if isinstance(value, list) else [value]
    if allowed := declared.get("allowedValues"):
        texts = [_text(one) for one in allowed]
        if any(_text(item) not in texts for item in items):
            yield f"must be one of {', '.join(texts)}"
    if "allowedPattern" in declared:
        pattern = _pattern(name, declared["allowedPattern"])
        # Anywhere in the value: AWS does not document whether a pattern is anchored. Ours anchor themselves.
        if not all(pattern.search(item) for item in items if isinstance(item, str)):
            yield f"must match {declared['allowedPattern']}"
    yield from _wrong_lengths(declared, value, items)


def _wrong_lengths(declared: Mapping[str, Any], value: Any, items: list[Any]) -> Iterator[str]:
    lengths = [len(item) for item in items if isinstance(item, str)]
    if lengths and min(lengths) < declared.get("minChars", 0):
        yield f"must have at least {declared['minChars']} characters"
    if lengths and max(lengths) > declared.get("maxChars", max(lengths)):
        yield f"must have at most {declared['maxChars']} characters"
    if isinstance(value, list | dict):
        if len(value) < declared.get("minItems", 0):
            yield f"must have at least {declared['minItems']} items"
        if len(value) > declared.get("maxItems", len(value)):
            yield f"must have at most {declared['maxItems']} items"


def _pattern(name: str, pattern: Any) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, TypeError) as error:
        raise DocumentError(
            f"parameters.{name}.allowedPattern: {pattern!r} is no pattern: {error}"
        ) from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    """Write a value for a message: JSON, one line, not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str).encode(errors="backslashreplace").decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"
