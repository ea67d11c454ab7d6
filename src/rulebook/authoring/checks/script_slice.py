"""What of a script one step needs: its handler, and whatever that uses, word for word (docs/adr/0007).

A step carries its script as text of its own, so a document with an acting and a verifying step carries it
twice, and rdk's template has room for 51,200 bytes. Only whole top-level statements are left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rulebook.authoring.checks.authored import parse

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def script_slice(source: str, handler: str, *, docstring: bool = True) -> str:
    """Return the statements of a script that its handler needs, in their order, with the comments above them.

    Args:
        source: a script that parses and holds the handler.
        handler: the function that the step names.
        docstring: whether the module's own docstring is kept.
    """
    tree = parse(source)
    if isinstance(tree, SyntaxError) or _share_a_line(tree):
        return source
    needed = _needed(tree, handler)
    lines = source.split("\n")  # as Python counts them: splitlines() also ends lines within a text, at U+2028
    text: list[str] = []
    start, left_out = 0, False
    for position, node in enumerate(tree.body):
        end = node.end_lineno or node.lineno
        kept = docstring if position == 0 and _is_docstring(node) else _is_kept(node, needed)
        if kept:
            statement = lines[start:end]  # with the comments and blank lines above it
            text += ["", *statement] if left_out and statement[0] else statement
        start, left_out = end, not kept
    return "\n".join(text).strip("\n") + "\n"


def _needed(tree: ast.Module, handler: str) -> set[str]:
    """Return every top-level name that the handler uses, itself or through others."""
    definitions: dict[str, set[str]] = {}  # a name that is bound twice uses what either statement names
    for node in tree.body:
        for name in _bound(node):
            definitions.setdefault(name, set()).update(_names(node))
    needed: set[str] = set()
    waiting = {handler}
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= definitions.get(name, set()) & definitions.keys() - needed
    return needed


def _share_a_line(tree: ast.Module) -> bool:
    """Tell whether two top-level statements stand on one line, where lines cannot tell them apart."""
    pairs = zip(tree.body, tree.body[1:], strict=False)
    return any(after.lineno <= (before.end_lineno or before.lineno) for before, after in pairs)


def _is_kept(node: ast.stmt, needed: set[str]) -> bool:
    """Keep what binds a needed name, and whatever binds none and so may be there for its effect."""
    bound = set(_bound(node))
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return True
    return not bound or bool(bound & needed)


def _bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a top-level statement binds."""
    if isinstance(node, DEFINITIONS):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id


def _names(node: ast.AST) -> Iterator[str]:
    """Yield every name read in a statement, in annotations written as text too."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.isidentifier():
            yield inner.value


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
