"""The ``{{ references }}`` of a document, wherever they stand outside of scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument

REFERENCE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)


@dataclass(frozen=True)
class Reference:
    """One reference; ``step`` is the name of the step it stands in, empty outside of steps."""

    place: str
    name: str
    step: str = ""


def references(document: AuthoredDocument) -> Iterator[Reference]:
    """Yield every reference of the document."""
    for place, text in texts(document.content.get("assumeRole", ""), "assumeRole"):
        yield from _within(place, text, "")
    for step_place, step in document.steps():
        for place, text in texts(step, step_place):
            if place != f"{step_place}.inputs.Script":
                yield from _within(place, text, step["name"])


def texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield place and text of every string in a value, keys included."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield place, key
            yield from texts(one, f"{place}.{key}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from texts(one, f"{place}[{index}]")


def _within(place: str, text: str, step: str) -> Iterator[Reference]:
    for match in REFERENCE.finditer(text):
        yield Reference(place, match[1], step)
    if "{{" in REFERENCE.sub("", text):
        yield Reference(place, "", step)  # opened and never closed
