"""Measure, print the tables, write RESULTS.md and the picture: ``make bench``."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

from cost.comparison import compare
from cost.importing import measure_importing
from cost.machine import machine, versions
from cost.people import SIZES
from cost.picture import picture
from cost.programs import CUSTODIAN, ROOT, available
from cost.results import Results, page, targets_table
from cost.table import growth_table, runs_table

PAGE = ROOT / "benchmarks" / "RESULTS.md"
PICTURE = ROOT / "docs" / "images" / "calls-and-time.svg"


def main() -> None:
    """Measure everything; progress goes to stderr, the tables to stdout."""
    started = time.perf_counter()
    results = measure_all()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture(results.runs))
    PAGE.write_text(page(results))
    tables = (runs_table(results.runs), growth_table(results.runs), targets_table(results))
    sys.stdout.write("\n" + "\n\n".join(tables) + "\n\n")
    written = " and ".join(str(path.relative_to(ROOT)) for path in (PAGE, PICTURE))
    _say(f"Wrote {written} in {time.perf_counter() - started:.0f} s.")


def measure_all() -> Results:
    """Run every program in every account, then import the rule many times."""
    programs = available()
    load = os.getloadavg()[0]
    if CUSTODIAN[0] not in programs:
        _say("Cloud Custodian is not installed in .venv-bench: measured without it.")
    runs = []
    for users in SIZES:
        for run in compare(programs, users):
            runs.append(run)
            _say(f"{users:>5} users, {run.program}: {run.all_calls} calls, {run.seconds:.1f} s")
    _say("importing the rule")
    importing = measure_importing()
    custodian = next((run.version for run in runs if run.program == CUSTODIAN[0].label), None)
    where = f"{machine()}; load {load:.1f} before the first run"
    return Results(runs, importing, where, versions(custodian), datetime.now(UTC).date())


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
