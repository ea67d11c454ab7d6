"""Ends that come from outside: what Ctrl-C undoes, SIGTERM and a closed terminal undo as well."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from rulebook.errors import RulebookError


class Interrupted(RulebookError):
    """Ctrl-C, SIGTERM or SIGHUP while something was at work."""

    exit_code = 130


@contextmanager
def handled(
    signals: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], None]
) -> Iterator[None]:
    """Let signals be handled so in the block; one that is ignored (nohup) stays so, as all do in a thread."""
    here = threading.current_thread() is threading.main_thread()
    before = {one: signal.getsignal(one) for one in signals if here}
    for one, former in before.items():
        if former is not signal.SIG_IGN:
            signal.signal(one, handler)
    try:
        yield
    finally:
        for one, former in before.items():
            signal.signal(one, former)


def ended_as_by_ctrl_c() -> AbstractContextManager[None]:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt in the block."""
    return handled((signal.SIGTERM, signal.SIGHUP), _interrupt)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what an interruption of the block means, in a line.

    Raises:
        Interrupted: instead of KeyboardInterrupt.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; {what}") from None


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
