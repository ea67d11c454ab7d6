"""What every command prints with: tables and JSON on stdout, progress on stderr; rich honours NO_COLOR."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rulebook.errors import RulebookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

PIPE_WIDTH = 140  # columns of a table that goes to a file or a pipe, where no terminal tells its width

_COLOURS = {
    "COMPLIANT": "green",
    "NON_COMPLIANT": "red",
    "Success": "green",
    "Failed": "red",
    "TimedOut": "red",
    "Cancelled": "yellow",
}


class CannotWrite(RulebookError):
    """A file that a person named cannot be written."""


def results() -> Console:
    """Return the console for results (stdout)."""
    width = None if sys.stdout.isatty() else shutil.get_terminal_size((PIPE_WIDTH, 24)).columns
    return Console(width=width, highlight=False, soft_wrap=False)


def progress(message: str) -> None:
    """Say on stderr what is being done."""
    print(message, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Print one JSON document; times become ISO 8601 text."""
    print(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a title; known states are coloured, text is never read as markup."""
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False
    )
    for position, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=position == 0)
    for row in rows:
        table.add_row(*(Text(str(cell), style=_COLOURS.get(str(cell), "")) for cell in row))
    console = results()
    console.print(table)
    console.print()


def write_file(path: Path, text: str) -> None:
    """Write a file that a person asked for; one line if it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotWrite(
            f"{path}: {error.strerror}; name a file in a folder that is there and writable"
        ) from error
