"""``{{ Parameter }}``, ``{{ Step.Output }}`` and the service's own variables, anywhere in a JSON value.

A string that is exactly one reference takes the value with its JSON type; within a longer string the value
is written as text. What was put in is never looked at again, so a value that contains ``{{`` stays what it
is.
"""

import json
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Any

from rulebook.automation import flow
from rulebook.finding import Place
from rulebook.node import Node


class NoValue(Exception):
    """What a reference names has no value, so that the reference stays as it is written."""


_REFERENCE = re.compile(r"\{\{([^{}]+)\}\}")
_OPENING = "{{"


@dataclass(frozen=True)
class Reference:
    """One reference as written.

    Attributes:
        node: the text that it stands in.
        name: what it refers to; empty where a ``{{`` holds no name or is never closed.
    """

    node: Node
    name: str


def references_in(node: Node) -> Iterator[Reference]:
    """Yield every reference within a node, in order of appearance."""
    for inner in _with_braces(node):
        for match in _REFERENCE.finditer(inner.text):
            yield Reference(inner, match[1].strip())
        if _OPENING in beside_references(inner.text):
            yield Reference(inner, "")


def _with_braces(node: Node) -> Iterator[Node]:
    """Yield every text that opens braces; most values do not, and no node is made of them."""
    waiting: list[tuple[Any, Place]] = [(node.value, node.place)]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, str):
            if _OPENING in value:
                yield Node(value, place)
        elif isinstance(value, dict):
            waiting.extend((value[key], place / key) for key in reversed(value) if value[key])
        elif isinstance(value, list):
            waiting.extend((value[index], place / index) for index in range(len(value) - 1, -1, -1))


def beside_references(text: str) -> str:
    """Return what is left of a text without its references."""
    return _REFERENCE.sub("", text)


def document_references(document: Node) -> Iterator[tuple[str, Reference]]:
    """Yield every reference of a document with the name of the step it stands in, empty outside of steps.

    Scripts are left out: only names of the document are replaced in them, and other braces are code.
    """
    for reference in references_in(document["assumeRole"]):
        yield "", reference
    for step in flow.every_step(document):
        for part in (*step["inputs"], step["maxAttempts"], step["timeoutSeconds"]):
            if part.key not in ("Script", "Steps"):  # a loop's steps are steps of their own
                yield from ((flow.name(step), reference) for reference in references_in(part))


def has_reference(value: Any) -> bool:
    """Tell whether a value is text that holds a reference, so that it is not known before the run."""
    return isinstance(value, str) and _REFERENCE.search(value) is not None


def whole_reference(value: Any) -> str:
    """Return the name that a text refers to if it is exactly one reference; else an empty text."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return match[1].strip() if match else ""


def resolve_references(value: Any, lookup: Callable[[str], Any]) -> Any:
    """Return the value with every reference replaced.

    Args:
        value: any JSON value; keys of maps are left as they are.
        lookup: from a name to its value; NoValue leaves the reference, whatever else it raises travels.
    """
    if isinstance(value, str):
        return _resolve_text(value, lookup)
    if isinstance(value, dict):
        return {key: resolve_references(item, lookup) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve_references(item, lookup) for item in value]
    return value


def _resolve_text(text: str, lookup: Callable[[str], Any]) -> Any:
    if name := whole_reference(text):
        try:
            return lookup(name)
        except NoValue:
            return text
    return _REFERENCE.sub(lambda match: _put_in(match, lookup), text)


def _put_in(match: re.Match[str], lookup: Callable[[str], Any]) -> str:
    try:
        return as_text(lookup(match[1].strip()))
    except NoValue:
        return match[0]


def resolve_script(script: str, lookup: Callable[[str], Any], known: Container[str]) -> str:
    """Return a script with the references to known names replaced by text; other braces are code."""

    def replaced(match: re.Match[str]) -> str:
        name = match[1].strip()
        return _put_in(match, lookup) if name in known else match[0]

    return _REFERENCE.sub(replaced, script)


def neutral_script(script: str, known: Container[str]) -> str:
    """Return a script of the same length with a 0 in place of every reference to a known name."""

    def replaced(match: re.Match[str]) -> str:
        return "0".ljust(len(match[0])) if match[1].strip() in known and "\n" not in match[0] else match[0]

    return _REFERENCE.sub(replaced, script) if _OPENING in script else script


def as_text(value: Any) -> str:
    """Write a value as it stands within a longer string: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
