"""Accept an execution's parameters, or refuse the start as the service does.

The service answers InvalidAutomationExecutionParametersException; here that is ``ParametersRefused``, one
line that names the parameter, the value and what is allowed. The whole document, with the values given, may
have 64 KB (https://docs.aws.amazon.com/general/latest/gr/ssm.html). Whether the service counts blanks is
not documented; here they do not count.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.automation.language import limits, patterns, value_types
from rulebook.automation.references import has_reference
from rulebook.errors import DocumentError, ParametersRefused

_SHOWN = 120  # characters of a value in a message


def accept_parameters(document: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter of the document in its own type: those given, and defaults for the rest.

    Args:
        document: one that ``plan_document`` took.
        parameters: name to value, a plain value or, as the API has it, a list of strings.

    Raises:
        ParametersRefused: one is unknown, missing, of the wrong type or not allowed, or they are too large.
        DocumentError: a parameter has a type, a pattern or a default that cannot be.
    """
    declared = document.get("parameters", {})
    for name in sorted(set(parameters) - set(declared)):
        known = ", ".join(declared) or "none"
        raise ParametersRefused(
            f"{name} = {_shown(parameters[name])}: the document has no such parameter; it has {known}"
        )
    whole, passed = json_size(document), json_size(parameters)
    if whole + passed > limits.DOCUMENT:
        raise ParametersRefused(
            f"the document ({whole} bytes) and the parameters given ({passed} bytes) "
            f"have more than {limits.DOCUMENT} bytes together; give shorter values"
        )
    for name, variable in document.get("variables", {}).items():
        initial_value(name, variable)
    return {name: _accept_one(name, given, parameters) for name, given in declared.items()}


def json_size(value: Any) -> int:
    """Count the bytes of a value as compact JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return len(text.encode(errors="surrogatepass"))


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _accept_one(name: str, declared: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    _type(name, declared)
    if name in parameters:
        return checked_value(name, declared, parameters[name])
    if "default" in declared and declared["default"] in (None, ""):
        return ""  # as if nothing were given: AWS's own documents rely on it
    if has_reference(declared.get("default")):
        return declared["default"]  # it has a value when the document runs
    if "default" not in declared:
        raise ParametersRefused(f"{name}: a value is required and none was given")
    try:
        return checked_value(name, declared, declared["default"])
    except ParametersRefused as refused:
        raise DocumentError(f"parameters.{name}.default: {refused}") from refused


def initial_value(name: str, declared: Mapping[str, Any]) -> Any:
    """Return the value that a variable begins with: its default, or empty text.

    Raises:
        DocumentError: it may not have that default.
    """
    default = declared.get("default", "")
    if default == "" or has_reference(default):
        return default
    try:
        return checked_value(name, declared, default)
    except ParametersRefused as refused:
        raise DocumentError(f"variables: {refused}") from refused


def _type(name: str, declared: Mapping[str, Any]) -> str:
    wanted = value_types.kind(declared.get("type"))
    if wanted is None:
        raise DocumentError(
            f"parameters.{name}: {declared.get('type')!r} is not a type; "
            f"use {', '.join(value_types.TYPES)} or an AWS type"
        )
    return wanted


def checked_value(name: str, declared: Mapping[str, Any], raw: Any) -> Any:
    """Return a value in the type of a declaration.

    Raises:
        ParametersRefused: it is of another type, or not allowed.
        DocumentError: the declaration has no type or pattern that there is.
    """
    try:
        value = value_types.read_value(_type(name, declared), raw)
    except ValueError as error:
        raise ParametersRefused(f"{name} = {_shown(raw)}: must be {error}") from error
    for problem in refusals_of_value(declared, value):
        raise ParametersRefused(f"{name} = {_shown(value)}: {problem}")
    return value


def refusals_of_value(declared: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Yield what a declaration does not allow of a value that has its type; a list is held item by item.

    Raises:
        DocumentError: the declaration's pattern is none.
    """
    items = value if isinstance(value, list) else [value]
    if allowed := declared.get("allowedValues"):
        texts = [_text(one) for one in allowed]
        if any(_text(item) not in texts for item in items):
            yield f"must be one of {', '.join(texts)}"
    if "allowedPattern" in declared:
        pattern = declared["allowedPattern"]
        # Anywhere in the value: AWS does not document whether a pattern is anchored. Ours anchor themselves.
        judged = (item for item in items if isinstance(item, str | int))
        if not all(_matches(pattern, _text(item)) for item in judged):
            yield f"must match {pattern}"
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


def _matches(pattern: Any, text: str) -> bool:
    try:
        return patterns.matches_pattern(pattern, text)
    except (ValueError, TypeError) as error:
        raise DocumentError(f"allowedPattern: {pattern!r} is no pattern: {error}") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    """Write a value for a message: JSON, one line, not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str).encode(errors="backslashreplace").decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"
