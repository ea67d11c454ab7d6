"""Whether a script provides for a payload key that is not there."""

import ast
from collections.abc import Collection, Iterator, Mapping

Parents = Mapping[ast.AST, ast.AST]


def is_guarded(name: ast.Name, parents: Parents, events: Collection[str]) -> bool:
    """Tell whether a use of the payload stands under a condition on it, or where a failure is caught."""
    inner: ast.AST = name
    while (outer := parents.get(inner)) is not None:
        match outer:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if inner is not test:
                if _asks(test, events):
                    return True
            case ast.BoolOp(values=values):
                if any(_asks(one, events) for one in values if one is not inner):
                    return True
            case ast.Try(handlers=[_, *_], body=body) if inner in body:
                return True
        inner = outer
    return False


def _asks(test: ast.expr, events: Collection[str]) -> bool:
    """Tell whether a condition asks for a key: ``"a" in events``, ``events.get("a")``."""
    return any(one.id in events for one in _asked(test) if isinstance(one, ast.Name))


def _asked(test: ast.expr) -> Iterator[ast.expr]:
    for node in ast.walk(test):
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[payload]):
                yield payload
            case ast.Attribute(value=payload, attr="get"):
                yield payload


def goes_on_without(asked: ast.Compare, parents: Parents) -> bool:
    """Tell whether ``if "a" not in events:`` does something else than to raise."""
    inner: ast.AST = asked
    while isinstance(outer := parents.get(inner), ast.BoolOp):
        inner = outer
    return (
        isinstance(asked.ops[0], ast.NotIn)
        and isinstance(outer, ast.If)
        and inner is outer.test
        and not any(isinstance(one, ast.Raise) for one in outer.body)
    )
