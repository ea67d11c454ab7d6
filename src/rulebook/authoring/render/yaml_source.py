"""Reads YAML that a person writes, as JSON data with line and column of every node.

Stricter than ``yaml.safe_load``: a key that stands twice, aliases and merges, and values that JSON does
not have (dates, binary, NaN) are errors. Aliases are refused because a few lines of them can stand for
gigabytes.
"""

import math
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from rulebook.authoring.checks.yaml_scalars import is_changed
from rulebook.errors import ConfigurationError
from rulebook.finding import TOP, Place, Position
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


class Written(NamedTuple):
    """What a file holds.

    Attributes:
        data: JSON data.
        positions: where every node in it stands; what a map holds stands where its key does.
        scalars: the unquoted scalars that YAML 1.1 turns into something else, as they are written.
    """

    data: Any
    positions: dict[Place, Position]
    scalars: dict[Place, str]


def read_yaml(path: Path, name: str) -> Written:
    """Read a YAML file.

    Args:
        path: the file.
        name: how a message names it.

    Raises:
        ConfigurationError: it is missing or malformed; the line says where.
    """
    text = read_text(path, name)
    try:
        node = _composed(text)
        reading = _Reading()
        data = reading.value(node, TOP) if node else None
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
    return Written(data, reading.positions, reading.scalars)


@lru_cache(maxsize=64)
def _composed(text: str) -> yaml.Node | None:
    """Compose a text, which takes longer than all checks: whoever checks a project reads each file twice."""
    return _Loader(text).get_single_node()


class _Reading:
    """One file on its way to data; ``positions`` and ``scalars`` fill as values are made."""

    def __init__(self) -> None:
        self._loader = _Loader("")  # for what it makes of scalars
        self.positions: dict[Place, Position] = {}
        self.scalars: dict[Place, str] = {}

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.positions[place] = _position(node)
        if isinstance(node, yaml.CollectionNode) and node.tag not in PLAIN:
            raise _Refused(node, f"{place} has the tag {node.tag}; remove it")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, place / index) for index, one in enumerate(node.value)]
        value = self._loader.construct_object(node)
        if isinstance(value, float) and not math.isfinite(value):
            raise _Refused(node, f"{place} is {value}, which JSON does not have; quote it if it is text")
        if value is not None and not isinstance(value, (str, int, float, bool)):
            raise _Refused(node, f"{place} is a {type(value).__name__}, which JSON does not have; quote it")
        if isinstance(node, yaml.ScalarNode) and not node.style and is_changed(node.value, value):
            self.scalars[place] = node.value
        return value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                raise _Refused(key_node, "a merge (<<) is not supported; write the keys out")
            key = self._loader.construct_object(key_node)
            if not isinstance(key, str):
                raise _Refused(key_node, f"the key {key!r} is no text; quote it")
            if key in found:
                raise _Refused(key_node, f"the key {key!r} stands twice; keep one")
            found[key] = self.value(value_node, place / key)
            self.positions[place / key] = _position(key_node)
        return found


def _position(node: yaml.Node) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)
