"""The keys that a handler returns, by dictionary literals, also through the functions it calls."""

import ast
from collections.abc import Iterator

from rulebook.authoring.checks.script_functions import called

DEEPEST = 6  # calls followed


def returned_keys(tree: ast.Module, function: ast.FunctionDef, depth: int = 0) -> list[frozenset[str]] | None:
    """Return the keys of everything the function can return, or None if that cannot be told."""
    if depth > DEEPEST:
        return None
    found: list[frozenset[str]] = []
    for node in own_returns(function):
        keys = _keys(tree, function, node.value, depth)
        if keys is None:
            return None
        found += keys
    return found


def own_returns(function: ast.FunctionDef) -> Iterator[ast.Return]:
    """Yield the return statements of a function, those of functions within it left out."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))


def _keys(
    tree: ast.Module, function: ast.FunctionDef, value: ast.expr | None, depth: int
) -> list[frozenset[str]] | None:
    """Return the possible sets of keys of one returned expression."""
    match value:
        case None | ast.Constant():
            return [frozenset()]
        case ast.Dict(keys=names):
            return _literal(names)
        case ast.IfExp(body=one, orelse=other):
            both = [_keys(tree, function, part, depth + 1) for part in (one, other)]
            return None if None in both else [keys for part in both for keys in part or ()]
        case ast.Call() as call if callee := called(tree, call):
            return returned_keys(tree, callee, depth + 1)
        case ast.Name(id=name) if assigned := _only_value(function, name):
            return _keys(tree, function, assigned, depth + 1)
    return None


def _literal(keys: list[ast.expr | None]) -> list[frozenset[str]] | None:
    names = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return [frozenset(names)] if len(names) == len(keys) else None


def _only_value(function: ast.FunctionDef, name: str) -> ast.expr | None:
    """Return what a local name is assigned, if once and never changed."""
    uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
    stores = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == name
    ]
    returned = sum(
        isinstance(node.value, ast.Name) and node.value.id == name for node in own_returns(function)
    )
    untouched = len(uses) == len(stores) + returned
    return stores[0] if len(stores) == 1 and untouched else None
