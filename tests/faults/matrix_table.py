# ruff: noqa: INP001 - a module beside tests, no package
"""A pytest plugin: the fault matrix, calls by faults, after the tests' own output.

Cells travel with each test's report, so that they arrive from the processes of pytest-xdist too.
"""

from typing import Any

import pytest

CELL = "fault matrix"
NIGHT = "night"
LEGEND = (
    "Faults, once (x1), twice (x2) or at every attempt (on): denied AccessDenied, expired ExpiredToken,",
    "thr Throttling, 500 ServiceFailure, slow no answer in time, cut connection dropped, lost carried out",
    "but the answer lost (of a call that changes nothing, the same as slow). Cells: done as undisturbed;",
    "- failed, nothing changed or reported; part failed after a part, and said which;",
    "night left to `make test-long`.",
)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print one table for each run."""
    found: list[tuple[str, str, str, str]] = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == CELL
    ]
    if not found:
        return
    terminalreporter.section("fault matrix: calls x faults")
    for run in dict.fromkeys(one[0] for one in found):
        for line in table(run, [one[1:] for one in found if one[0] == run]):
            terminalreporter.write_line(line)
        terminalreporter.write_line("")
    for line in LEGEND:
        terminalreporter.write_line(line)


def table(run: str, cells: list[tuple[str, str, str]]) -> list[str]:
    """Lay out (call, fault, outcome), any outcome before `NIGHT`; the run's name stands in the corner."""
    calls = list(dict.fromkeys(one[0] for one in cells))
    from faults.wire import FAULTS  # noqa: PLC0415 - every session loads this plugin, few need what that imports

    tried = {one[1] for one in cells}
    faults = [fault.name for fault in FAULTS if fault.name in tried]
    outcomes = {(call, fault): NIGHT for call, fault, _ in cells}
    outcomes |= {(call, fault): outcome for call, fault, outcome in cells if outcome != NIGHT}
    width = max(map(len, [run, *calls]))
    rows = [[call, *(outcomes.get((call, fault), "") for fault in faults)] for call in calls]
    return [
        (f"{first:{width}}" + "".join(f" {cell:>7}" for cell in rest)).rstrip()
        for first, *rest in [[run, *faults], *rows]
    ]


def note(node: pytest.Item, run: str, call: str, fault: str, outcome: str) -> None:
    """Keep one cell for the table."""
    node.user_properties.append((CELL, (run, call, fault, outcome)))
