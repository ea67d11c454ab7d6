# ruff: noqa: INP001 - a module of the program beside it
"""Calls a function in a fork of this process: quick, because what is imported stays imported."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

A_MOMENT = 0.01  # seconds between looks at the fork


class TimedOut(RuntimeError):
    """The fork took too long and was ended."""


def call(work: Callable[[], Any], seconds: float) -> Any:
    """Return what the function returns in a fork; an error travels too.

    Raises:
        TimedOut: it takes longer than so many seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        child = os.fork()
        if child == 0:
            _work(work, answer)
        _await(child, seconds)
        if not answer.exists():
            return "the process ended"
        kind, value = pickle.loads(answer.read_bytes())  # noqa: S301 - written by the fork
    if kind == "error":
        raise RuntimeError(value)
    return value


def _work(work: Callable[[], Any], answer: Path) -> None:
    """Work, silently, write the answer down, and end this process without a further word."""
    try:
        os.setsid()  # so that it can be ended with all that it started
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        said = ("value", work())
    except Exception as error:  # noqa: BLE001 - travels to the parent
        said = ("error", repr(error))
    answer.write_bytes(pickle.dumps(said))
    os._exit(0)


def _await(child: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return
        time.sleep(A_MOMENT)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimedOut
