"""Ends that come from outside: what Ctrl-C undoes, SIGTERM and a closed terminal undo as well."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rulebook.errors import RulebookError


class Interrupted(RulebookError):
    """Ctrl-C, SIGTERM or SIGHUP while something was at work."""

    exit_code = 130


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt in the block; one that is ignored (nohup) stays so."""
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP)}
    for one, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(one, _interrupt)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


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
