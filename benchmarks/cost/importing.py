"""What importing our rule adds to importing boto3 and rdklib: a part of each cold start."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cost.run_rule import OURS

TIMES = 15

_SCRIPT = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
started = time.process_time()
import boto3, rdklib
between = time.process_time()
import ACCESS_KEYS_ROTATED_CUSTOM
print(json.dumps([between - started, time.process_time() - between]))
"""


@dataclass(frozen=True)
class Importing:
    """Seconds of processor time, the least of many tries.

    Attributes:
        libraries: to import boto3 and rdklib.
        rule: to import the rule after them.
        rule_uncompiled: the same where Python must compile the rule first, as where only sources were zipped.
        times: how many tries.
    """

    libraries: float
    rule: float
    rule_uncompiled: float
    times: int

    @property
    def share(self) -> float:
        """What the compiled rule adds, as a share of the libraries'."""
        return self.rule / self.libraries

    @property
    def share_uncompiled(self) -> float:
        """What the uncompiled rule adds."""
        return self.rule_uncompiled / self.libraries


def measure_importing(times: int = TIMES) -> Importing:
    """Import in so many processes, in turn compiled and not; the least counts: a busy machine only adds."""
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / OURS.name
        compiled = Path(folder) / "compiled"
        for copy in (sources, compiled):
            shutil.copytree(OURS, copy, ignore=shutil.ignore_patterns("__pycache__", "*_test.py"))
        _import(compiled, keep=True)  # which compiles it
        tries = [(_import(compiled, keep=True), _import(sources, keep=False)) for _ in range(times)]
    return Importing(
        libraries=min(libraries for both in tries for libraries, _ in both),
        rule=min(rule for (_, rule), _ in tries),
        rule_uncompiled=min(rule for _, (_, rule) in tries),
        times=times,
    )


def _import(folder: Path, *, keep: bool) -> tuple[float, float]:
    """Return what the libraries and what the rule took; ``keep`` what was compiled, or not."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "" if keep else "1"}
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", _SCRIPT, str(folder)], env=environment, check=True, stdout=subprocess.PIPE
    )
    libraries, rule = json.loads(done.stdout)
    return libraries, rule
