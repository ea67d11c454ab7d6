"""Which ways lead through a function, as far as its statements alone tell."""

import ast
from collections.abc import Iterator, Mapping, Sequence

Parents = Mapping[ast.AST, ast.AST]

_KEY_ERRORS = {"BaseException", "Exception", "KeyError", "LookupError"}
_LEAVING = ast.Return | ast.Raise | ast.Continue | ast.Break


def always_runs(node: ast.AST, parents: Parents) -> bool:
    """Tell whether a node stands under no condition within its function, and after no way out of it."""
    for child, parent in _upwards(node, parents):
        match parent:
            case ast.If() | ast.IfExp() | ast.While() if child is not parent.test:
                return False
            case ast.BoolOp(values=values) if child is not values[0]:
                return False
            case ast.ExceptHandler() | ast.match_case() | ast.Lambda() | ast.ClassDef():
                return False
            case ast.FunctionDef() if parent in parents:
                return False
        if any(_may_leave(before) for before in _written_before(child, parent)):
            return False
    return True


def takes_key_errors(node: ast.AST, parents: Parents) -> bool:
    """Tell whether a node stands in a try that takes a KeyError."""
    return any(
        isinstance(parent, ast.Try) and child in parent.body and any(map(_takes, parent.handlers))
        for child, parent in _upwards(node, parents)
    )


def falls_off(function: ast.FunctionDef) -> bool:
    """Tell whether a way leads to the end of a function without a return, beyond doubt."""
    return _goes_through(function.body)


def _goes_through(statements: Sequence[ast.stmt]) -> bool:
    """Tell whether statements surely can be passed: no loop, try or with is looked into."""
    return all(_passes(one) for one in statements)


def _passes(statement: ast.stmt) -> bool:
    match statement:
        case ast.Return() | ast.Raise():
            return False
        case ast.If(body=body, orelse=orelse):
            return _goes_through(body) or _goes_through(orelse)
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Import() | ast.ImportFrom() | ast.Pass():
            return True
        case ast.Expr(value=value):
            return not _may_exit(value)
        case ast.FunctionDef() | ast.ClassDef():
            return True
    return False


def _may_exit(value: ast.expr) -> bool:
    """Tell whether an expression may end the process or raise: a call of a name that only does so."""
    return isinstance(value, ast.Call)


def _upwards(node: ast.AST, parents: Parents) -> Iterator[tuple[ast.AST, ast.AST]]:
    while node in parents:
        yield node, parents[node]
        node = parents[node]


def _written_before(child: ast.AST, parent: ast.AST) -> Iterator[ast.stmt]:
    for block in (getattr(parent, name, None) for name in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and child in block:
            yield from block[: block.index(child)]


def _may_leave(statement: ast.stmt) -> bool:
    """Tell whether a statement may leave its function, so that what follows it is under a condition."""
    return not isinstance(statement, ast.FunctionDef | ast.ClassDef) and any(
        isinstance(inner, _LEAVING) for inner in ast.walk(statement)
    )


def _takes(handler: ast.ExceptHandler) -> bool:
    kinds = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in _KEY_ERRORS) for kind in kinds)
