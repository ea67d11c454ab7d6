"""What of a script one step needs: its handler, and whatever that uses (docs/adr/0007).

A step carries its script as text of its own, so a document with an acting and a verifying step carries it
twice, and rdk's template has room for 51,200 bytes. Whole top-level statements are left out, comments and
docstrings. What stays is the file's own text and **stands on the line where the file has it**, so that a line
named by whoever runs the step, AWS included, is a line of the file.
"""

import ast
import tokenize
from collections.abc import Iterator, Mapping
from functools import cache
from io import StringIO

from rulebook.authoring.checks.authored import parse_script
from rulebook.authoring.checks.script_functions import nodes

DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def script_slice(source: str, handler: str) -> str:
    """Return the statements of a script that its handler needs, each on its own line of the file.

    Args:
        source: a script that parses and holds the handler.
        handler: the function that the step names.
    """
    tree = parse_script(source)
    if isinstance(tree, SyntaxError) or _share_a_line(tree):
        return source
    needed = _needed(tree, handler)
    lines = _code(source)
    text = [""] * len(lines)
    for node in tree.body:
        if _is_kept(node, needed):
            first = min(one.lineno for one in (node, *getattr(node, "decorator_list", ())))
            text[first - 1 : node.end_lineno] = lines[first - 1 : node.end_lineno]
    return "\n".join(text).rstrip("\n") + "\n"


@cache
def _code(source: str) -> tuple[str, ...]:
    """Return the lines of a script, those of comments and docstrings empty."""
    tree = parse_script(source)
    lines = source.split("\n")  # as Python counts them: splitlines() also ends lines within a text, at U+2028
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            lines[line - 1] = lines[line - 1][:column].rstrip()
    for docstring in _docstrings(tree) if "__doc__" not in source and isinstance(tree, ast.Module) else ():
        first, last = docstring.lineno - 1, docstring.end_lineno or docstring.lineno
        around = (
            lines[first].encode()[: docstring.col_offset]
            + lines[last - 1].encode()[docstring.end_col_offset :]
        )
        if not around.strip():
            lines[first:last] = [""] * (last - first)
    return tuple(lines)


def _docstrings(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield every docstring, but for one that is all there is in its block."""
    for node in nodes(tree):
        if (
            isinstance(node, ast.Module | DEFINITIONS)
            and ast.get_docstring(node) is not None
            and node.body[1:]
        ):
            yield node.body[0]


def _needed(tree: ast.Module, handler: str) -> set[str]:
    """Return every top-level name that the handler uses, itself or through others."""
    definitions = _definitions(tree)
    needed: set[str] = set()
    waiting = {handler}
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= definitions.get(name, set()) & definitions.keys() - needed
    return needed


@cache
def _definitions(tree: ast.Module) -> Mapping[str, set[str]]:
    """Return every top-level name with what it uses; one that is bound twice uses what either names."""
    definitions: dict[str, set[str]] = {}
    for node in tree.body:
        for name in _bound(node):
            definitions.setdefault(name, set()).update(_names(node))
    return definitions


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
