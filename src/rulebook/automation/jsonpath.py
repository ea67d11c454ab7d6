"""The part of JSONPath that output selectors use: ``$.a.b[0]``, ``$['a b']``, ``$.list[*].name``, ``[-1]``.

Filters, slices, functions and ``..`` are refused as the document is read, so no selector is half understood.
"""

import re
from collections.abc import Iterator
from typing import Any

_PART = re.compile(r"""\.([\w-]+)|\[\s*'([^']*)'\s*\]|\[\s*"([^"]*)"\s*\]|\[(-?\d+)\]|(\[\*\]|\.\*)""")


def parse(selector: str) -> tuple[str | int | None, ...]:
    """Return the parts of a selector: a key, an index, or None for every element.

    Raises:
        ValueError: it is not of the understood part of JSONPath.
    """
    parts: list[str | int | None] = []
    position = 1
    while position < len(selector) and (match := _PART.match(selector, position)):
        parts.append(_part(match))
        position = match.end()
    if not selector.startswith("$") or position < len(selector):
        raise ValueError(
            f"{selector!r} is no selector like $.Payload.Name, $.List[0] or $.List[*].Name; "
            f"see character {position + 1}"
        )
    return tuple(parts)


def _part(match: re.Match[str]) -> str | int | None:
    dotted, single, double, index, _ = match.groups()
    if index is not None:
        return int(index)
    return next((key for key in (dotted, single, double) if key is not None), None)


def select(selector: str, root: Any) -> Any:
    """Return what the selector points at; with ``*`` in it, the list of all it points at (empty if nothing).

    Raises:
        LookupError: there is nothing at that place.
        ValueError: as ``parse``.
    """
    parts = parse(selector)
    found = list(_walk(root, parts))
    if None in parts:
        return found
    if not found:
        raise LookupError(f"there is nothing at {selector}")
    return found[0]


def _walk(value: Any, parts: tuple[str | int | None, ...]) -> Iterator[Any]:
    if not parts:
        yield value
        return
    for child in _children(value, parts[0]):
        yield from _walk(child, parts[1:])


def _children(value: Any, part: str | int | None) -> list[Any]:
    if part is None:
        return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    if isinstance(part, str):
        return [value[part]] if isinstance(value, dict) and part in value else []
    return [value[part]] if isinstance(value, list) and -len(value) <= part < len(value) else []
