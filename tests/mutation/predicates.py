# ruff: noqa: INP001 - a module of the program generate.py
"""Mutations that cosmic-ray does not make, and that predicates and scripts live by.

- one operand of ``and`` / ``or`` is left out;
- the condition of a comprehension is negated, or left out;
- ``in`` becomes ``not in`` and the other way round;
- an exception is not caught any more;
- a statement that acts (a call, a raise, an assignment to an attribute or an item, ``+=``) is left out.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def mutate(source: str) -> Iterator[tuple[str, str]]:
    """Return pairs of an operator's name and the mutated source."""
    for node in _nodes(ast.parse(source)):
        for operator, part, instead in _replacements(node, source):
            yield f"predicates/{operator}", _replaced(source, part, instead)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Walk, but not into f-strings: before Python 3.12 positions there are wrong."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.JoinedStr):
            yield from _nodes(child)


def _replacements(node: ast.AST, source: str) -> Iterator[tuple[str, ast.expr | ast.stmt, str]]:
    if isinstance(node, ast.BoolOp):
        for left_out in node.values:
            word = " and " if isinstance(node.op, ast.And) else " or "
            rest = [_text(one, source) for one in node.values if one is not left_out]
            yield "LeaveOutOperand", node, f"({word.join(rest)})"
    if isinstance(node, ast.comprehension):
        for condition in node.ifs:
            yield "NegateCondition", condition, f"(not ({_text(condition, source)}))"
            yield "LeaveOutCondition", condition, "True"
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
        word = "not in" if isinstance(node.ops[0], ast.In) else "in"
        yield "SwapIn", node, f"{_text(node.left, source)} {word} {_text(node.comparators[0], source)}"
    if isinstance(node, ast.ExceptHandler) and node.type:
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        for let_go in caught:
            rest = [_text(one, source) for one in caught if one is not let_go]
            yield "LetGo", node.type, f"({''.join(f'{one}, ' for one in rest)})"
    if _acts(node) and isinstance(node, ast.stmt):
        yield "LeaveOutStatement", node, "pass"


def _acts(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    return isinstance(node, ast.Raise | ast.AugAssign)


def _text(node: ast.expr, source: str) -> str:
    return f"({ast.get_source_segment(source, node)})"


def _replaced(source: str, part: ast.expr | ast.stmt, instead: str) -> str:
    """Put a text in the place of a node; columns count bytes."""
    lines = source.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: part.lineno - 1])) + part.col_offset
    end = sum(map(len, lines[: (part.end_lineno or part.lineno) - 1])) + (part.end_col_offset or 0)
    text = source.encode()
    return (text[:start] + instead.encode() + text[end:]).decode()
