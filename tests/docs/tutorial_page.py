# ruff: noqa: INP001 - a module beside tests, no package
"""The blocks of docs/tutorial.md, in order, as a reader works through them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
FENCED = r"```[a-z]+\n(.*?)^```\n"
MARKED = re.compile(
    rf"^<!-- (?P<kind>file|replace|run|second terminal|shows)(?:: (?P<path>\S+))? -->\n{FENCED}",
    re.MULTILINE | re.DOTALL,
)
INSTEAD = re.compile(rf"[^`]*?{FENCED}", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A block of code: what its marker says of it, and its text.

    Attributes:
        kind: ``file`` and ``replace`` (into ``path``), ``run``, ``second terminal``, or ``shows`` (what the
            commands before print).
        path: relative to the project; empty if the block is no file.
        text: of the block.
        instead: for ``replace`` the next block, which is put in the place of the text.
    """

    kind: str
    path: str
    text: str
    instead: str = ""


def blocks(page: str) -> list[Block]:
    """Return all blocks of code of a page.

    Raises:
        ValueError: one has no marker, so nothing would try it.
    """
    found = list(_blocks(page))
    held = len(found) + sum(one.kind == "replace" for one in found)
    there = page.count("\n```") / 2
    if held != there:
        raise ValueError(f"{there - held:g} blocks of code have no marker")
    return found


def _blocks(page: str) -> Iterator[Block]:
    for match in MARKED.finditer(page):
        following = INSTEAD.match(page, match.end()) if match["kind"] == "replace" else None
        yield Block(match["kind"], match["path"] or "", match[3], following[1] if following else "")


def write(block: Block, project: Path) -> None:
    """Write a file, or put other lines in the place of lines that must stand there once.

    Raises:
        ValueError: they do not.
    """
    path = project / block.path
    text = block.text
    if block.kind == "replace":
        before = path.read_text(encoding="utf-8")
        if before.count(block.text) != 1 or not block.instead:
            raise ValueError(f"{block.path} does not have, once, what is to be replaced:\n{block.text}")
        text = before.replace(block.text, block.instead)
    path.write_text(text, encoding="utf-8")


def words(text: str) -> list[str]:
    """Return the words of an output without ids, times, and where lines break."""
    for changing in (
        r"\bAIDA[A-Z0-9]+",
        r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
        r"\b[\d-]{10}\b",
        r"\b[\d:]{8}\b",
    ):
        text = re.sub(changing, "*", text)
    return sorted(text.split())
