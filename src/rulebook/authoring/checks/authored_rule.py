"""A rule as a person wrote it, and the way checks look at it."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rulebook.authoring.checks.authored import Positions, parse_script
from rulebook.authoring.checks.script_functions import nodes

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class AuthoredRule:
    """One rule, a folder under ``rules/``.

    Attributes:
        name: of the rule, its folder, its module and its class.
        file: its module, relative to the project.
        modules: what its modules hold, by file; its tests aside.
        permissions: what permissions.json holds.
        permissions_file: permissions.json, relative to the project.
        positions: line and column of every node of permissions.json, by file.
    """

    name: str
    file: str
    modules: Mapping[str, str]
    permissions: Any
    permissions_file: str
    positions: Positions

    @cached_property
    def trees(self) -> list[ast.Module] | None:
        """The parsed modules; None if one of them is not Python."""
        parsed = [parse_script(source) for source in self.modules.values()]
        trees = [one for one in parsed if isinstance(one, ast.Module)]
        return trees if len(trees) == len(parsed) else None

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that stands in the code, docstrings and texts included."""
        return frozenset(name for source in self.modules.values() for name in _NAME.findall(source))

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text in the code."""
        every = (node for tree in self.trees or () for node in nodes(tree))
        return frozenset(
            node.value for node in every if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
