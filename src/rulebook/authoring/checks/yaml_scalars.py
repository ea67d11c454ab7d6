"""What YAML 1.1 makes of an unquoted scalar that a person may have meant as text.

``012345670123`` is an octal number, ``12:30`` one to the base of 60, ``on`` is true, ``2026-01-31`` a date.
https://yaml.org/type/int.html, https://yaml.org/type/bool.html and https://yaml.org/type/timestamp.html
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import yaml

from rulebook.finding import TOP, Place

_OTHER_BASE = re.compile(r"[-+]?(?:0[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)")


def is_changed(raw: str, value: Any) -> bool:
    """Tell whether the value of a plain scalar is something else than it says.

    Args:
        raw: the scalar as written, without quotes.
        value: what YAML 1.1 makes of it.
    """
    if isinstance(value, bool):
        return raw.lower() not in ("true", "false")
    if isinstance(value, int | float):
        return _OTHER_BASE.fullmatch(raw) is not None
    return isinstance(value, dt.date)


def changed_scalars(text: str) -> dict[Place, str]:
    """Return every scalar of a sound YAML text that is changed, as written, by its place."""
    loader = yaml.SafeLoader(text)
    node = loader.get_single_node()
    return dict(_changed(loader, node, TOP)) if node else {}


def _changed(loader: yaml.SafeLoader, node: yaml.Node, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _changed(loader, value, place / str(key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _changed(loader, value, place / index)
    elif (
        isinstance(node, yaml.ScalarNode)
        and not node.style
        and is_changed(node.value, loader.construct_object(node))
    ):
        yield place, node.value
