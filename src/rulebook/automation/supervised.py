"""Run a program of this package as a child of this one, and end whatever it leaves behind.

Started as ``python -I supervised.py PROGRAM ARGUMENT...``. Standard library only. The program may kill its
parent: that is this process and nobody else. Whoever it starts and lets go (a daemon) becomes a child of this
process where the system is Linux, and does not outlive it. SIGTERM, and there the end of whoever started this
process, ends everybody at once. It ends as the program ended: with its exit code, or by its signal.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from typing import Any

# https://man7.org/linux/man-pages/man2/prctl.2.html
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LONGEST = 2.0  # seconds of ending those who start others meanwhile


def main(program: "list[str]") -> None:
    """Run a program with its arguments; returns in the program's process only."""
    signal.signal(signal.SIGTERM, _told_to_end)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)  # the runner may be killed
    worker = os.fork()
    if worker:
        _, status = os.waitpid(worker, 0)
        end_children()
        _end_like(os.waitstatus_to_exitcode(status))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.argv[:] = program
    with open(program[0], encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a start
        source = file.read()
    exec(compile(source, program[0], "exec"), {"__name__": "__main__", "__file__": program[0]})  # noqa: S102 - its purpose


def end_children() -> None:
    """Kill every child of this process, and theirs as they become this one's."""
    until = time.monotonic() + _LONGEST
    while (found := _children()) and time.monotonic() < until:
        for one in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def _children() -> "list[int]":
    """Return the children of this process; none where the system does not say."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123 - the same
            return [int(one) for one in file.read().split()]
    except OSError:
        return []


def _told_to_end(_: int, __: Any) -> None:
    end_children()
    os._exit(128 + signal.SIGTERM)


def _end_like(code: int) -> None:
    if code < 0:
        with contextlib.suppress(OSError):  # SIGKILL has no handler to take away
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
