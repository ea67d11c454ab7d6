"""Loads scripts in a process without credentials and without network, in each way that a loader might."""

import json
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rulebook.automation.actions.base import Context
from rulebook.automation.failures import StepEnded
from rulebook.automation.script_process import environment, run_program

SECONDS = 10.0  # for a script in one way
REGION = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}  # the service has one
CHILD = Path(__file__).with_name("loading_child.py")


class Failure(NamedTuple):
    """Why a script does not load.

    Attributes:
        way: how it was loaded; empty if that does not matter.
        what: ``ErrorType: message``.
        line: of the script, from 1.
    """

    way: str
    what: str
    line: int


@cache
def load_scripts(scripts: tuple[str, ...]) -> tuple[Failure | None, ...]:
    """Load each script, all in one process; return what stopped it, or None.

    A script that ends the process is told; those after it were not tried and get None.
    """
    with TemporaryDirectory(prefix="rulebook-load-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        for number, script in enumerate(scripts):
            (folder / f"script{number}.py").write_bytes(script.encode(errors="surrogatepass"))
        request = {"Scripts": len(scripts), "Seconds": SECONDS}
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        context = Context({}, threading.Event(), time.monotonic() + SECONDS * (len(scripts) + 2))
        with suppress(StepEnded):
            run_program([str(CHILD), str(folder)], environment(REGION, home), context)
        results = folder / "results.jsonl"
        lines = results.read_text(encoding="utf-8").splitlines() if results.is_file() else []
    found = [_failure(json.loads(line)) for line in lines]
    if len(found) < len(scripts):
        found.append(Failure("", "it ends its process, or does not let go of it", 1))
    return (*found, *[None] * (len(scripts) - len(found)))


def _failure(result: dict[str, str | int] | None) -> Failure | None:
    if result is None:
        return None
    what = " ".join(f"{result['Type']}: {result['Message']}".split()).rstrip(":")
    return Failure(str(result["Way"]), what, int(result["Line"]))
