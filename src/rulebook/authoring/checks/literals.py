"""The constants in a call of a script, as JSON data with the place of each in the code."""

import ast
from dataclasses import dataclass, field
from typing import Any

from rulebook.authoring.checks.arguments import Unknown
from rulebook.finding import TOP, Place
from rulebook.node import Node

LARGEST = 2**63  # of larger numbers nothing is said


@dataclass
class Literals:
    """The keyword arguments of one call.

    Attributes:
        call: the call.
        nodes: the code of each value by its place.
    """

    call: ast.Call
    nodes: dict[Place, ast.AST] = field(default_factory=dict)

    def arguments(self, *without: str) -> list[Node]:
        """Return the arguments that are named, each a node; what is no constant is Unknown."""
        named = {one.arg: one.value for one in self.call.keywords if one.arg and one.arg not in without}
        data = Node({name: self._value(value, TOP / name) for name, value in named.items()})
        return list(data)

    def _value(self, code: ast.expr, place: Place) -> Any:
        self.nodes[place] = code
        match code:
            case ast.Constant(value=str() | float() | None as value):
                return value
            case ast.Constant(value=int() as value) if value < LARGEST:
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if (
                value < LARGEST
            ):
                return -value
            case ast.List(elts=parts) | ast.Tuple(elts=parts) if not any(
                isinstance(part, ast.Starred) for part in parts
            ):
                return [self._value(part, place / index) for index, part in enumerate(parts)]
            case ast.Dict(keys=keys, values=values):
                names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
                if all(isinstance(name, str) for name in names):
                    pairs = zip(names, values, strict=True)
                    return {str(name): self._value(value, place / str(name)) for name, value in pairs}
        return Unknown()

    def code_at(self, place: Place) -> ast.AST:
        """Return the code of a value, or the nearest around it."""
        return next((self.nodes[one] for one in place.upwards() if one in self.nodes), self.call)
