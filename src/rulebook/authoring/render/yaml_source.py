"""Reads YAML that a person writes, as JSON data with the line of every place.

Stricter than ``yaml.safe_load``: a key that stands twice, aliases and merges, and values that JSON does
not have (dates, binary, NaN) are errors. Aliases are refused because a few lines of them can stand for
gigabytes.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import yaml

from rulebook.errors import ConfigurationError
from rulebook.project.rdk_config.source import read_text

PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
MERGE = "tag:yaml.org,2002:merge"


class _Loader(yaml.SafeLoader):
    """SafeLoader without aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise yaml.MarkedYAMLError(problem=f"the alias *{event.anchor}", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


class _Refused(Exception):
    """What a place holds cannot be; the message says what and how to mend it."""

    def __init__(self, node: yaml.Node, problem: str) -> None:
        super().__init__(problem)
        self.line = node.start_mark.line + 1


def read_yaml(path: Path, name: str) -> tuple[Any, dict[str, int]]:
    """Read a YAML file.

    Args:
        path: the file.
        name: how a message names it.

    Returns:
        Its data, and the line (from 1) of every place in it, as ``mainSteps[0].inputs``.

    Raises:
        ConfigurationError: it is missing or malformed; the line says where.
    """
    text = read_text(path, name)
    lines: dict[str, int] = {}
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = _value(loader, node, "", lines) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "top"
        raise ConfigurationError(f"{name}: {where}: {error.problem}; write plain YAML") from None
    except yaml.YAMLError as error:  # characters that YAML forbids
        problem = " ".join(str(error).split())
        raise ConfigurationError(f"{name}: {problem}; remove the character") from None
    except _Refused as error:
        raise ConfigurationError(f"{name}: line {error.line}: {error}") from None
    except RecursionError:
        raise ConfigurationError(f"{name}: nested too deeply; flatten it") from None
    except ValueError as error:  # a number or date that cannot be
        raise ConfigurationError(f"{name}: {error}; quote it if it is text") from None
    return data, lines


def _value(loader: _Loader, node: yaml.Node, place: str, lines: dict[str, int]) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.CollectionNode) and node.tag not in PLAIN:
        raise _Refused(node, f"{place} has the tag {node.tag}; remove it")
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, one, f"{place}[{index}]", lines) for index, one in enumerate(node.value)]
    value = loader.construct_object(node)
    if isinstance(value, float) and not math.isfinite(value):
        raise _Refused(node, f"{place} is {value}, which JSON does not have; quote it if it is text")
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise _Refused(node, f"{place} is a {type(value).__name__}, which JSON does not have; quote it")
    return value


def _mapping(loader: _Loader, node: yaml.MappingNode, place: str, lines: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if key_node.tag == MERGE:
            raise _Refused(key_node, "a merge (<<) is not supported; write the keys out")
        key = loader.construct_object(key_node)
        if not isinstance(key, str):
            raise _Refused(key_node, f"the key {key!r} is no text; quote it")
        if key in found:
            raise _Refused(key_node, f"the key {key!r} stands twice; keep one")
        inner = f"{place}.{key}".lstrip(".")
        found[key] = _value(loader, value_node, inner, lines)
        lines[inner] = key_node.start_mark.line + 1
    return found
