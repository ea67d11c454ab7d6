"""rdk as a person runs it: the installed command, unmodified, in a process of its own."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rulebook.errors import NotInstalled, RulebookError

LAST_LINES = 15  # of rdk's output, shown when it fails


class RdkFailed(RulebookError):
    """rdk ended with an error."""


def run_rdk(
    arguments: list[str], rules: Path, environment: Mapping[str, str], program: Path | None = None
) -> str:
    """Run ``rdk ARGUMENTS`` in the folder ``rules`` and return what it printed.

    Args:
        arguments: rdk's.
        rules: where it runs.
        environment: the whole of its environment.
        program: what to start; the rdk beside this Python if None.

    Raises:
        NotInstalled: there is no rdk beside this Python.
        RdkFailed: its exit code was not 0; the message ends with its last lines.
    """
    program = program or Path(sys.executable).parent / "rdk"
    if not program.exists():
        raise NotInstalled("rdk")
    command = [str(program), *arguments]
    done = subprocess.run(  # noqa: S603 - our own virtual environment's rdk with arguments from this package
        command,
        cwd=rules,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = " | ".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
        raise RdkFailed(f"`rdk {' '.join(arguments)}` ended with exit code {done.returncode}: {tail}")
    return done.stdout
