"""Ends that come from outside while a document runs: the first cancels as the service does, a second ends."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from rulebook.cli.interruption import handled

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def cancelled_by_signals(stop: threading.Event, tell: Callable[[str], None]) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and SIGHUP set ``stop`` in the block; one more raises KeyboardInterrupt.

    A signal that is ignored (nohup) stays so.

    Args:
        stop: cancels the execution.
        tell: told, once, what happens now.
    """

    def handle(_: int, __: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        with suppress(RuntimeError):  # it came while something was being written: the word is lost, no more
            tell("Cancelling; once more ends at once, without the steps of onCancel")

    with handled(_SIGNALS, handle):
        yield
