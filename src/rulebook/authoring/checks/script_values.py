"""Which texts an expression of a script can stand for, as far as constants tell."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

Texts = frozenset[str]
DEEPEST = 40  # nested expressions; what lies deeper is not told


def texts_of(expression: ast.expr | None, known: Mapping[str, Texts | None], depth: int = 0) -> Texts | None:
    """Return the texts that an expression is, or holds as elements or keys; None if that cannot be told.

    Args:
        expression: what to look at.
        known: names with their texts.
        depth: of nesting so far.
    """
    match expression:
        case ast.Constant(value=str() as text):
            return frozenset({text})
        case ast.Name(id=name):
            return known.get(name)
    parts = _parts(expression) if depth < DEEPEST else None
    return None if parts is None else _union([texts_of(part, known, depth + 1) for part in parts])


def _parts(expression: ast.expr | None) -> Sequence[ast.expr | None] | None:
    """Return the expressions that make up a collection's texts, or None if it is none."""
    match expression:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.Dict(keys=keys):
            return keys
        case ast.BinOp(op=ast.Add() | ast.BitOr(), left=left, right=right):
            return [left, right]
        case ast.Starred(value=inner) | ast.Call(func=ast.Attribute(value=inner, attr="keys" | "items")):
            return [inner]
    return None


@cache
def constants(tree: ast.Module) -> Mapping[str, Texts | None]:
    """Return the texts of every name that the module assigns once, at its top."""
    known: dict[str, Texts | None] = {}
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
            ):
                known[name] = None if name in known else texts_of(value, known)
    return known


def loop_names(function: ast.FunctionDef, known: Mapping[str, Texts | None]) -> Mapping[str, Texts | None]:
    """Return the texts of every name that a loop or comprehension of the function binds, flow left aside."""
    bound: dict[str, Texts | None] = {}
    for target, source in _loops(function):
        first = target.elts[0] if isinstance(target, ast.Tuple) and _is_items(source) else target
        for name in _names(target):
            is_key = isinstance(first, ast.Name) and first.id == name
            texts = texts_of(source, known) if is_key else None
            bound[name] = _union([bound[name], texts]) if name in bound else texts
    return bound


def _loops(function: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, (ast.For, ast.comprehension)):
            yield node.target, node.iter


def _is_items(source: ast.expr) -> bool:
    return (
        isinstance(source, ast.Call)
        and isinstance(source.func, ast.Attribute)
        and source.func.attr == "items"
    )


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _union(parts: list[Texts | None]) -> Texts | None:
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if len(known) == len(parts) else None
