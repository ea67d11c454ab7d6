"""`rdk test-local` finds and passes every rule's tests; rdk itself calls a run without any a success."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from quick_python import quick

ROOT = Path(__file__).parents[2]
FEWEST = 15


def test_rdk_test_local_runs_every_rules_tests(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(  # noqa: S603 - the installed rdk
        [str(Path(sys.executable).parent / "rdk"), "test-local", "--all"],
        cwd=ROOT / "rules",
        env=clean | {"AWS_DEFAULT_REGION": "us-east-1"} | quick(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    ran = [int(number) for number in re.findall(r"^Ran (\d+) tests? in", said, re.MULTILINE)]
    assert len(ran) == len([*(ROOT / "rules").glob("*/parameters.json")]), said
    assert min(ran) >= FEWEST, said
    assert not re.search(r"FAILED|ERROR|failures=[1-9]|errors=[1-9]", said), said
