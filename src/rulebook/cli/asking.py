"""Questions to the person at the terminal, who may also end it all instead of answering."""

import select
import sys
import threading

from rulebook.errors import RulebookError

_POLL = 0.2  # seconds in which a cancellation is noticed
YES = ("y", "yes")


class NotAgreed(RulebookError):
    """Nobody is there to agree, or whoever is there did not."""


def demand_somebody(nothing: str) -> None:
    """Raise NotAgreed, with what was not done, unless a person can be asked."""
    if not sys.stdin.isatty():
        raise NotAgreed(f"nobody is at the terminal to agree, and {nothing}; pass --yes")


def agreed(question: str, stop: threading.Event | None = None) -> bool:
    """Ask on stderr; True for yes. A stop that is set while nobody answers is a no."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    while stop and not select.select([sys.stdin], [], [], _POLL)[0]:
        if stop.is_set():
            print(file=sys.stderr)
            return False
    return sys.stdin.readline().strip().lower() in YES
