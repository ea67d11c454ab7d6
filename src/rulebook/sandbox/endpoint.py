"""Where the embedded account answers, for its own services that start processes."""

from __future__ import annotations

_running: list[str] = []


def current() -> str:
    """Return the URL of the running server.

    Raises:
        RuntimeError: none is running.
    """
    if not _running:
        raise RuntimeError("no embedded account is running in this process")
    return _running[-1]


def announce(url: str) -> None:
    """Note that a server answers at ``url``."""
    _running.append(url)


def withdraw(url: str) -> None:
    """Note that the server at ``url`` has stopped."""
    _running.remove(url)
