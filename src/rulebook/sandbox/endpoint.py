"""Where the embedded account answers, for its own services that start processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_running: list[str] = []


def current() -> str:
    """Return the URL of the running server.

    Raises:
        RuntimeError: none is running.
    """
    if not _running:
        raise RuntimeError("no embedded account is running in this process")
    return _running[-1]


def require_none() -> None:
    """Refuse a second account: both would share moto's state.

    Raises:
        RuntimeError: one is running.
    """
    if _running:
        raise RuntimeError(f"an embedded account is already running in this process, at {_running[-1]}")


@contextmanager
def announced(url: str) -> Iterator[None]:
    """Say for the length of the block that a server answers at ``url``."""
    _running.append(url)
    try:
        yield
    finally:
        _running.remove(url)
