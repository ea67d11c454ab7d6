"""Which ways lead through a function, as far as its statements alone tell."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

_KEY_ERRORS = {"BaseException", "Exception", "KeyError", "LookupError"}
_COMING_BACK = {*("append", "debug", "error", "exception", "info", "print", "sleep", "update", "warning")}
_LEAVING = ast.Return | ast.Raise | ast.Continue | ast.Break


class Ways(NamedTuple):
    """What lies around each node of a function, found once for all of them.

    Attributes:
        parents: of every node.
        conditional: statements that stand after one that may leave the function, in the same block.
    """

    parents: Mapping[ast.AST, ast.AST]
    conditional: Collection[ast.AST]


@cache
def ways(function: ast.FunctionDef) -> Ways:
    """Look at every node of a function, in time linear to how many there are."""
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    leaving = _with_what_they_stand_in((one for one in parents if isinstance(one, _LEAVING)), parents)
    blocks = (block for node in ast.walk(function) for block in _blocks(node))
    return Ways(parents, {late for block in blocks for late in _after_first(block, leaving)})


def always_runs(node: ast.AST, around: Ways) -> bool:
    """Tell whether a node stands under no condition within its function, and after no way out of it."""
    for child, parent in _upwards(node, around):
        match parent:
            case ast.If() | ast.IfExp() | ast.While() if child is not parent.test:
                return False
            case ast.BoolOp(values=values) if child is not values[0]:
                return False
            case ast.ExceptHandler() | ast.match_case() | ast.Lambda() | ast.ClassDef():
                return False
            case ast.FunctionDef() if parent in around.parents:
                return False
        if child in around.conditional:
            return False
    return True


def takes_key_errors(node: ast.AST, around: Ways) -> bool:
    """Tell whether a node stands in a try that takes a KeyError."""
    return any(
        isinstance(parent, ast.Try) and child in parent.body and any(map(_takes, parent.handlers))
        for child, parent in _upwards(node, around)
    )


def refuses_without(asked: ast.Compare, around: Ways) -> bool:
    """Tell whether ``"a" not in events`` leads to a raise, in every run of its function."""
    inner: ast.AST = asked
    while isinstance(outer := around.parents.get(inner), ast.BoolOp) and isinstance(outer.op, ast.Or):
        inner = outer
    return (
        isinstance(asked.ops[0], ast.NotIn)
        and isinstance(outer, ast.If)
        and inner is outer.test
        and isinstance(outer.body[-1], ast.Raise)
        and always_runs(outer, around)
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


def _upwards(node: ast.AST, around: Ways) -> Iterator[tuple[ast.AST, ast.AST]]:
    while node in around.parents:
        yield node, around.parents[node]
        node = around.parents[node]


def _with_what_they_stand_in(nodes: Iterable[ast.AST], parents: Mapping[ast.AST, ast.AST]) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for one in nodes:
        above: ast.AST | None = one
        while above is not None and above not in found:
            found.add(above)
            above = parents.get(above)
    return found


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _after_first(block: Sequence[ast.stmt], leaving: Collection[ast.AST]) -> Iterator[ast.stmt]:
    """Yield what stands after the first statement of a block that may leave its function."""
    left = False
    for statement in block:
        if left:
            yield statement
        left = left or (statement in leaving and not isinstance(statement, ast.FunctionDef | ast.ClassDef))


def _takes(handler: ast.ExceptHandler) -> bool:
    kinds = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in _KEY_ERRORS) for kind in kinds)
