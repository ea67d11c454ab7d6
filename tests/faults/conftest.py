"""One embedded account for each module, and each runbook as it runs undisturbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faults.lab import open_lab
from faults.scenarios import RUNS, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faults.lab import Lab
    from faults.scenarios import Run, Undisturbed


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """An embedded account that this process's default session calls."""
    with open_lab(tmp_path_factory.mktemp("lab")) as opened:
        yield opened


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: run.name)
def runbook(request: pytest.FixtureRequest, lab: Lab) -> tuple[Run, Undisturbed]:
    """A runbook, and what it does undisturbed."""
    return request.param, record(lab, request.param)
