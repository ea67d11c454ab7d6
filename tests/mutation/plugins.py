# ruff: noqa: INP001 - a module of the program beside it
"""What pytest is given along: it learns which test runs which line, or runs some tests in some order."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType


class Tracer:
    """Notes for every test which lines of the watched files it runs, and how long it takes.

    Attributes:
        lines: file to line to the tests that run it.
        seconds: test to its duration.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self.lines: dict[str, dict[int, set[str]]] = {str(one): {} for one in files}
        self.seconds: dict[str, float] = {}
        self._test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Watch one test."""
        self._test, started = item.nodeid, time.monotonic()
        threading.settrace(self._enter)
        sys.settrace(self._enter)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.seconds[item.nodeid] = time.monotonic() - started

    def _enter(self, frame: FrameType, event: str, _: Any) -> Any:
        known = self.lines.get(frame.f_code.co_filename)
        return None if known is None else self._step(frame, event, None)

    def _step(self, frame: FrameType, _event: str, _: Any) -> Any:
        known = self.lines[frame.f_code.co_filename]
        known.setdefault(frame.f_lineno, set()).add(self._test)
        return self._step


class Chosen:
    """Runs the chosen tests, in their order, and keeps the first that fails.

    Attributes:
        killer: the first test that failed; empty: none.
    """

    def __init__(self, tests: Sequence[str]) -> None:
        self.killer = ""
        self._rank: Mapping[str, int] = {test: number for number, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what was not chosen."""
        chosen = [one for one in items if one.nodeid in self._rank]
        items[:] = sorted(chosen, key=lambda one: self._rank[one.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the first failure, of a test or of what is around it."""
        if report.failed and not self.killer:
            self.killer = report.nodeid
