"""Time and memory of one run, in a process of its own.

Standard library only, because it measures Custodian too, which has an environment of its own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_STATUS = Path("/proc/self/status")


def measure(run: Callable[[], list[str]], version: str) -> None:
    """Run it, and write what it took and what it returned as one line of JSON.

    Memory is the growth from before the run, with everything imported, to the peak.
    """
    before = _kilobytes("VmRSS")
    cpu, started = time.process_time(), time.perf_counter()
    found = run()
    taken = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "megabytes": (_kilobytes("VmHWM") - before) / 1024,
        "found": found,
        "version": version,
    }
    sys.stdout.write(f"{json.dumps(taken)}\n")


def _kilobytes(figure: str) -> int:
    """Return a figure of this process's memory; where there is no /proc, the peak so far stands for both.

    ru_maxrss is second choice: on Linux it starts with what the parent process took.
    """
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(figure))
        return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
