"""Tables, for a terminal and for Markdown at once: a Markdown table whose columns are aligned."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cost.comparison import Run

COLUMNS = (
    "users",
    "program",
    "calls to IAM",
    "to Config",
    "a user",
    "at once",
    "seconds",
    "of it CPU",
    "memory",
    "false +",
    "false -",
)
GROWTH = ("program", "calls a user", "ms a user", "KB a user")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 0) -> str:
    """Return a table; the column number ``texts`` is text and aligned to the left, all others are numbers."""
    widths = [max(len(line[column]) for line in (head, *rows)) for column in range(len(head))]
    rule = [
        "-" * width if column == texts else "-" * (width - 1) + ":" for column, width in enumerate(widths)
    ]
    return "\n".join(_line(line, widths, texts) for line in (head, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int], texts: int) -> str:
    padded = (
        cell.ljust(width) if column == texts else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"


def runs_table(runs: Sequence[Run]) -> str:
    """Return one row a run."""
    return table(COLUMNS, [_row(run) for run in runs], texts=1)


def _row(run: Run) -> tuple[str, ...]:
    return (
        f"{run.users:,}",
        run.program,
        f"{run.of_service('iam'):,}",
        f"{run.of_service('config'):,}",
        f"{run.all_calls / run.users:.2f}",
        f"{run.at_once}",
        f"{run.seconds:.1f}",
        f"{run.cpu_seconds:.1f}",
        f"{run.megabytes:.0f} MB",
        f"{run.false_positives}",
        f"{run.false_negatives}",
    )


def growth_table(runs: Sequence[Run]) -> str:
    """Return what each further user costs each program, from the smallest account to the largest."""
    rows = []
    for program in dict.fromkeys(run.program for run in runs):
        own = sorted((run for run in runs if run.program == program), key=lambda run: run.users)
        rows.append((program, *_growth(own[0], own[-1])))
    return table(GROWTH, rows)


def _growth(small: Run, large: Run) -> tuple[str, ...]:
    more = large.users - small.users
    if not more:
        return ("", "", "")
    return (
        f"{(large.all_calls - small.all_calls) / more:.2f}",
        f"{(large.seconds - small.seconds) / more * 1000:.1f}",
        f"{(large.megabytes - small.megabytes) / more * 1024:.1f}",
    )
