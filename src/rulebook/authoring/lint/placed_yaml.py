"""YAML and JSON as people keep it, as JSON data with line and column of every node.

Laxer than the build's reader: aliases, merges and CloudFormation's short-form intrinsics (``!Sub``) are
understood. A tag that is none of YAML's own becomes the long form: ``!Ref X`` is ``{"Ref": "X"}``,
``!Sub X`` is ``{"Fn::Sub": "X"}``.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

from rulebook.authoring.checks.yaml_scalars import is_changed
from rulebook.errors import ConfigurationError
from rulebook.finding import TOP, Place, Position

MOST_VALUES = 200_000  # a few lines of aliases can stand for gigabytes
DEEPEST = 200
_BRACKETS = re.compile(r"[\[\]{}]")
_LEADING = re.compile(rf"^[-? ]{{{DEEPEST},}}", re.MULTILINE)  # of a line: each level takes a column
_MERGE = "tag:yaml.org,2002:merge"
_UNPREFIXED = ("Ref", "Condition")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Placed(NamedTuple):
    """What one text holds.

    Attributes:
        data: JSON data.
        positions: line and column of every node.
        scalars: the unquoted scalars that YAML 1.1 turns into something else, as they are written.
        doubled: where a key stands that its map, in YAML, has more than once.
    """

    data: Any
    positions: Mapping[Place, Position]
    scalars: dict[Place, str]
    doubled: frozenset[Place] = frozenset()


class _Reading:
    """One text on its way to data; ``positions``, ``scalars`` and ``doubled`` fill as values are made."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        self.positions: dict[Place, Position] = {}
        self.scalars: dict[Place, str] = {}
        self.doubled: set[Place] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        if len(self.positions) > MOST_VALUES:
            raise ConfigurationError(f"more than {MOST_VALUES:,} values; write it without aliases")
        if len(place) > DEEPEST:
            raise ConfigurationError("nested too deeply; flatten it")
        self.positions.setdefault(place, _position(node))
        if not node.tag.startswith("!"):
            return self._plain(node, place)
        name = node.tag[1:]
        key = name if name in _UNPREFIXED else f"Fn::{name}"
        return {key: self._plain(_untagged(node), place / key)}

    def _plain(self, node: yaml.Node, place: Place) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, place / index) for index, one in enumerate(node.value)]
        value = self.loader.construct_object(node)
        plain = isinstance(node, yaml.ScalarNode) and not node.style
        if plain and not isinstance(value, str) and is_changed(node.value, value):
            self.scalars[place] = node.value
        if isinstance(value, dt.date) or (isinstance(value, float) and not math.isfinite(value)):
            return node.value  # JSON has no such value: YAML tools write it as text
        return value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        own: set[str] = set()
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                parts = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                for part in parts:
                    merged = self.value(part, place)
                    found = {**(merged if isinstance(merged, dict) else {}), **found}
                continue
            key = str(key_node.value)
            self.positions[place / key] = _position(key_node)
            if key in own:
                self.doubled.add(place / key)
            own.add(key)
            found[key] = self.value(value_node, place / key)
        return found


def read_placed_yaml(text: str) -> Placed:
    """Return what one YAML or JSON text holds.

    Raises:
        ConfigurationError: it is malformed, or too deep or too large to be a document; no file is named.
    """
    try:
        _refuse_depth(text)
        loader = _Loader(text)
        node = loader.get_single_node()
        reading = _Reading(loader)
        data = reading.value(node, TOP) if node else None
        return Placed(data, reading.positions, reading.scalars, frozenset(reading.doubled))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ConfigurationError(f"{where}{error.problem}; write plain YAML or JSON") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{' '.join(str(error).split())}; write plain YAML or JSON") from None
    except (RecursionError, MemoryError):
        raise ConfigurationError("nested too deeply; flatten it") from None


def _refuse_depth(text: str) -> None:
    """Refuse what is nested so deeply that composing it would end the process."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(text):
        depth = max(depth + (1 if match[0] in "[{" else -1), 0)
        deepest = max(deepest, depth)
    if deepest <= DEEPEST and not _LEADING.search(text):
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ConfigurationError("nested too deeply; flatten it")


def _untagged(node: yaml.Node) -> yaml.Node:
    kinds = {yaml.MappingNode: "map", yaml.SequenceNode: "seq", yaml.ScalarNode: "str"}
    return type(node)(f"tag:yaml.org,2002:{kinds[type(node)]}", node.value, node.start_mark, node.end_mark)


def _position(node: yaml.Node) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)
