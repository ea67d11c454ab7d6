"""Where the embedded account answers and whom it obeys, for its own services that start processes."""

from collections.abc import Iterator
from contextlib import contextmanager

from rulebook.sandbox.administrator import Credentials

_running: list[tuple[str, Credentials]] = []


def current() -> str:
    """Return the URL of the running server.

    Raises:
        RuntimeError: none is running.
    """
    return _one()[0]


def administrator() -> Credentials:
    """Return the running account's administrator.

    Raises:
        RuntimeError: none is running.
    """
    return _one()[1]


def _one() -> tuple[str, Credentials]:
    if not _running:
        raise RuntimeError("no embedded account is running in this process")
    return _running[-1]


def require_none() -> None:
    """Refuse a second account: both would share moto's state.

    Raises:
        RuntimeError: one is running.
    """
    if _running:
        raise RuntimeError(f"an embedded account is already running in this process, at {_running[-1][0]}")


@contextmanager
def announced(url: str, administrator: Credentials) -> Iterator[None]:
    """Say for the length of the block that a server answers at ``url``."""
    _running.append((url, administrator))
    try:
        yield
    finally:
        _running.remove((url, administrator))
