"""One embedded account for each module, and each runbook as it runs undisturbed."""

from collections.abc import Iterator

import pytest

from faults.lab import Lab, open_lab
from faults.scenarios import RUNS, Run, Undisturbed, record


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """An embedded account that this process's default session calls."""
    with open_lab(tmp_path_factory.mktemp("lab")) as opened:
        yield opened


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: run.name)
def runbook(request: pytest.FixtureRequest, lab: Lab) -> tuple[Run, Undisturbed]:
    """A runbook, and what it does undisturbed."""
    return request.param, record(lab, request.param)
