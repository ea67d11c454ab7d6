# ruff: noqa: INP001 - a module of the program beside it
"""The list of survivors that are explained: the table in docs/mutants.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mutation.mutants import Key

if TYPE_CHECKING:
    from pathlib import Path

ROW = re.compile(
    r"\| `(?P<path>[^`]+\.py)` \| (?:`(?P<function>\w+)`)? ?\| `(?P<change>.+)` \| (?P<why>.+) \|"
)


def read(path: Path) -> dict[Key, str]:
    """Return the reason for every mutant in the table."""
    rows = [ROW.fullmatch(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        Key(row["path"], row["function"] or "", row["change"].replace("\\|", "|")): row["why"]
        for row in rows
        if row
    }


def row(key: Key, why: str) -> str:
    """Return a line of the table."""
    function = f"`{key.function}`" if key.function else ""
    change = key.change.replace("|", "\\|")
    return f"| `{key.path}` | {function} | `{change}` | {why} |"
