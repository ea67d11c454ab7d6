"""Finds the function of a script that a call means, where its name alone tells."""

import ast
from collections.abc import Mapping
from functools import cache


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return every node of a script, found once for all checks that look at each."""
    return tuple(ast.walk(tree))


@cache
def functions(tree: ast.Module) -> Mapping[str, ast.FunctionDef]:
    """Return every function and method whose name only one definition of the script has."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
    return {name: definitions[0] for name, definitions in found.items() if len(definitions) == 1}


def bound_names(tree: ast.Module) -> set[str]:
    """Return every name that the top of a script may bind in any way; functions are not entered."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        match waiting.pop():
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case other:
                waiting.extend(ast.iter_child_nodes(other))
    return found


def called_function(tree: ast.Module, call: ast.Call) -> ast.FunctionDef | None:
    """Return the function that is called, or None if it is not of this script or cannot be told."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return functions(tree).get(name)
    return None


def arguments(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr] | None:
    """Return what each parameter gets from a call, or None if that cannot be told."""
    if any(isinstance(given, ast.Starred) for given in call.args) or any(
        not one.arg for one in call.keywords
    ):
        return None
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(call.func, ast.Attribute) and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    if len(call.args) > len(names):
        return None
    return dict(zip(names, call.args, strict=False)) | {
        one.arg: one.value for one in call.keywords if one.arg
    }
