"""The blocks of docs/tutorial.md, in order, as a reader works through them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
_FENCED = r"```[a-z]+\n(.*?)^```\n"
_BLOCK = re.compile(
    rf"^<!-- (?P<kind>file|replace|run|second terminal|shows)(?:: (?P<path>\S+))? -->\n{_FENCED}", re.M | re.S
)
_NEXT = re.compile(rf"[^`]*?{_FENCED}", re.M | re.S)


class Block(NamedTuple):
    """A block: what to do with it, for a file where (relative to the project), its text, and its replacement."""

    kind: str
    path: str
    text: str
    instead: str


def blocks() -> list[Block]:
    """Return them all.

    Raises:
        ValueError: a block of code has no marker, so nothing would hold it.
    """
    page = PAGE.read_text(encoding="utf-8")
    found = list(_blocks(page))
    fences = len(re.findall(r"^```[a-z]+$", page, re.M))
    held = len(found) + sum(one.kind == "replace" for one in found)
    if held != fences:
        raise ValueError(f"{fences - held} blocks of {PAGE.name} have no marker")
    return found


def _blocks(page: str) -> Iterator[Block]:
    for match in _BLOCK.finditer(page):
        instead = ""
        if match["kind"] == "replace":
            following = _NEXT.match(page, match.end())
            if not following:
                raise ValueError(f"{match['path']}: nothing is said to be put instead")
            instead = following[1]
        yield Block(match["kind"], match["path"] or "", match[3], instead)


def write(block: Block, project: Path) -> None:
    """Write a file, or replace lines that must stand in it exactly once."""
    path = project / block.path
    if block.kind == "file":
        path.write_text(block.text, encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    if before.count(block.text) != 1:
        raise ValueError(f"{block.path} does not have, once: {block.text}")
    path.write_text(before.replace(block.text, block.instead), encoding="utf-8")


def same_words(text: str) -> str:
    """Return what must agree between what is shown and what is printed: no ids, times or column widths."""
    text = re.sub(r"AIDA[A-Z0-9]+", "AIDA", text)
    text = re.sub(r"RequireMfa-[A-Za-z0-9]{12,}", "RequireMfa-", text)
    text = re.sub(r"CONSOLENEEDSMFA\S*", "DOCUMENT", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*", "TIME", text)
    return " ".join(text.split())
