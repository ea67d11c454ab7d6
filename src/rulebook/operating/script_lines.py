"""Lines of a script as a person wrote it: the built document holds only the part of it that a step needs."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rulebook.authoring.checks.authored import parse
from rulebook.project import DocumentFolder

LINE = re.compile(r"\(line ([0-9]+) of the script\)")


def as_written(message: str, step: str, built: dict[str, Any], document: DocumentFolder) -> str:
    """Return a failure's message with the file as written and its line in place of the built script's.

    Args:
        message: as the runner tells it, with ``(line 3 of the script)`` or without.
        step: the step that failed.
        built: the document that ran.
        document: where its scripts are.
    """
    scripts = {one["name"]: one.get("inputs", {}).get("Script") for one in built["mainSteps"]}
    told = LINE.search(message)
    if not (told and isinstance(scripts.get(step), str)):
        return message
    sources = (path for path in sorted(document.folder.glob("*.py")) if not path.stem.endswith("_test"))
    place = _place(scripts[step], int(told[1]), sources)
    return LINE.sub(f"({place})", message) if place else message


def _place(script: str, line: int, sources: Iterable[Path]) -> str:
    """Return for example ``tidy.py:30``; empty if no file has the statement that the line is in.

    A script is its file with whole top-level statements left out (``script_slice``).
    """
    for path in sources:
        written = {
            text: first for first, text in _statements(path.read_text(encoding="utf-8", errors="replace"))
        }
        for first, text in _statements(script):
            if first <= line <= first + text.count("\n") and text in written:
                return f"{path.name}:{written[text] + line - first}"
    return ""


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """Yield the first line, from 1, and the text of every top-level statement, decorators included."""
    tree = parse(source)
    lines = source.split("\n")
    for node in tree.body if isinstance(tree, ast.Module) else []:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        yield first, "\n".join(lines[first - 1 : node.end_lineno])
