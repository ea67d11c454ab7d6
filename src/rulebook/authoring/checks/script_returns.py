"""What a handler returns, as far as dictionary literals tell, also through the functions it calls."""

import ast
from collections.abc import Iterator, Mapping

from rulebook.authoring.checks.script_functions import called_function

DEEPEST = 6  # calls followed

Returned = Mapping[str, ast.expr]


def returned_keys(tree: ast.Module, function: ast.FunctionDef) -> list[frozenset[str]] | None:
    """Return the keys of everything the function can return, or None if that cannot be told."""
    found = returned(tree, function)
    return None if found is None else [frozenset(one) for one in found]


def returned(tree: ast.Module, function: ast.FunctionDef, depth: int = 0) -> list[Returned] | None:
    """Return everything that a return of the function can give, from key to value, or None if not known.

    What is no dictionary has no keys.
    """
    if depth > DEEPEST:
        return None
    found: list[Returned] = []
    for node in own_returns(function):
        values = _values(tree, function, node.value, depth)
        if values is None:
            return None
        found += values
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


def literal(value: ast.expr | None) -> Returned | None:
    """Return the keys and values of a dictionary literal whose keys are all known; None for anything else."""
    if not isinstance(value, ast.Dict):
        return None
    found = {
        key.value: item
        for key, item in zip(value.keys, value.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    return found if len(found) == len(value.keys) else None


def _values(
    tree: ast.Module, function: ast.FunctionDef, value: ast.expr | None, depth: int
) -> list[Returned] | None:
    """Return the possible values of one returned expression."""
    match value:
        case None | ast.Constant():
            return [{}]
        case ast.Dict():
            known = literal(value)
            return None if known is None else [known]
        case ast.IfExp(body=one, orelse=other):
            both = [_values(tree, function, part, depth + 1) for part in (one, other)]
            return None if None in both else [found for part in both for found in part or ()]
        case ast.Call() as call if callee := called_function(tree, call):
            return returned(tree, callee, depth + 1)
        case ast.Name(id=name) if assigned := _only_value(function, name):
            return _values(tree, function, assigned, depth + 1)
    return None


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
    given_back = sum(
        isinstance(node.value, ast.Name) and node.value.id == name for node in own_returns(function)
    )
    untouched = len(uses) == len(stores) + given_back
    return stores[0] if len(stores) == 1 and untouched else None
