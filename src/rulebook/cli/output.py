"""What every command prints with: tables and JSON on stdout, progress on stderr; rich honours NO_COLOR."""

import json
import math
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rulebook.cli.terminal import SafeStream

PIPE_WIDTH = 140  # columns of a table that goes to a file or a pipe, where no terminal tells its width
READABLE = 30  # columns that running text needs; with less, a row is shown as a block of its own
GAP = 2  # columns between two cells

_COLOURS = {
    "COMPLIANT": "green",
    "NON_COMPLIANT": "red",
    "Success": "green",
    "Failed": "red",
    "TimedOut": "red",
    "Cancelled": "yellow",
}


def results() -> Console:
    """Return the console for results (stdout)."""
    width = None if sys.stdout.isatty() else shutil.get_terminal_size((PIPE_WIDTH, 24)).columns
    return Console(width=width, highlight=False, soft_wrap=False)


def progress(message: str) -> None:
    """Say on stderr what is being done."""
    print(message, file=sys.stderr, flush=True)


def count(number: int, noun: str) -> str:
    """Return for example ``1 change`` or ``2 changes``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def one_line(text: object) -> str:
    """Return text as one line without control characters: what AWS passes on may move a terminal's cursor."""
    shown = "".join(" " if unicodedata.category(one).startswith("C") else one for one in str(text))
    return " ".join(shown.split())


def print_json(value: Any) -> None:
    """Print one JSON document; times become ISO 8601 text.

    It is ASCII, so that it is whole in any encoding and whatever a name holds, half a character among it.
    JSON knows no NaN and no infinity; they become text.
    """
    text = json.dumps(_finite(value), indent=2, default=str, allow_nan=False)
    print(text.replace("\x7f", "\\u007f"))  # the one control character that JSON lets stand


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a title; known states are coloured, text is never read as markup.

    The last column is running text and wraps; the others never do, so that an id can be copied. Where that
    leaves the text too little room, each row is a block of lines.
    """
    columns = [one_line(column) for column in columns]
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in [columns, *cells]) for place in range(len(columns))]
    console = results()
    fixed = sum(width + GAP for width in widths[:-1])
    table = (
        _table(columns, cells)
        if fixed + min(widths[-1], READABLE) <= console.width
        else _blocks(columns, cells)
    )
    with console.capture() as captured:
        console.print(Text(one_line(title), style="bold"))
        console.print(table)
    lines = [line.rstrip() for line in captured.get().split("\n")]
    styled("\n".join(lines) + "\n")


def styled(text: str) -> None:
    """Print text with colours of our own; whatever of it came from somewhere else is one line already."""
    if isinstance(sys.stdout, SafeStream):
        sys.stdout.styled(text)
    else:
        sys.stdout.write(text)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=place < len(columns) - 1)
    for row in rows:
        table.add_row(*(_coloured(cell) for cell in row))
    return table


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Every cell on a line of its own beside its column's name, and an empty line after each row."""
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for number, row in enumerate(rows):
        if number:
            table.add_row()
        for column, cell in zip(columns, row, strict=True):
            if cell:
                table.add_row(column, _coloured(cell))
    return table


def _coloured(cell: str) -> Text:
    return Text(cell, style=_COLOURS.get(cell, ""))
