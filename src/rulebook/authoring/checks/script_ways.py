"""Which ways lead through a function, as far as its statements alone tell."""

import ast
from collections.abc import Iterator, Mapping, Sequence

Parents = Mapping[ast.AST, ast.AST]

_KEY_ERRORS = {"BaseException", "Exception", "KeyError", "LookupError"}
_COMING_BACK = {*("append", "debug", "error", "exception", "info", "print", "sleep", "update", "warning")}
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


def refuses_without(asked: ast.Compare, parents: Parents) -> bool:
    """Tell whether ``"a" not in events`` leads to a raise, in every run of its function."""
    inner: ast.AST = asked
    while isinstance(outer := parents.get(inner), ast.BoolOp) and isinstance(outer.op, ast.Or):
        inner = outer
    return (
        isinstance(asked.ops[0], ast.NotIn)
        and isinstance(outer, ast.If)
        and inner is outer.test
        and isinstance(outer.body[-1], ast.Raise)
        and always_runs(outer, parents)
    )


def falls_off(function: ast.FunctionDef) -> bool:
    """Tell whether a way leads to the end of a function without a return, if every condition can fail."""
    return _goes_through(function.body)


def _goes_through(statements: Sequence[ast.stmt]) -> bool:
    return all(_passes(one) for one in statements)


def _passes(statement: ast.stmt) -> bool:  # noqa: PLR0911 - one for each kind of statement
    match statement:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break() | ast.Match():
            return False
        case ast.While(test=ast.Constant()):  # only a break ends it
            return False
        case ast.If(body=body, orelse=orelse):
            return _goes_through(body) or _goes_through(orelse)
        case ast.For(body=body) | ast.While(body=body) | ast.With(body=body):
            return _goes_through(body)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=last):
            ways = [[*body, *orelse], *(handler.body for handler in handlers)]
            return any(map(_goes_through, ways)) and _goes_through(last)
        case ast.Expr(value=ast.Call(func=function)):
            return _comes_back(function)
    return True


def _comes_back(function: ast.expr) -> bool:
    """Tell whether a call surely returns: one that prints, logs or waits; of others that is not known."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _COMING_BACK


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
