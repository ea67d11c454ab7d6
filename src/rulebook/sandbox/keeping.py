"""Save the account's state at each change, so that a kill loses nothing that was answered."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

from rulebook.sandbox import clock, state
from rulebook.sandbox.iam.backend import account_iam
from rulebook.sandbox.state import StateUnwritable

# What can change people and password policy, and how reads among it begin.
_SERVICES = frozenset({"iam", "cloudformation"})
_READS = ("Get", "List", "Describe", "Generate", "Simulate", "Validate")

_log = logging.getLogger(__name__)
_keepers: list["Keeper"] = []


class Keeper:
    """Saves to one file. Changes that arrive while it writes are saved together, with the next writing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changes = count(1)
        self._latest = 0
        self._saved = 0
        self._lock = threading.Lock()

    def changed(self) -> None:
        """Return once everything up to now is in the file.

        Raises:
            StateUnwritable: the folder or the disk does not take it.
        """
        mine = self._latest = next(self._changes)
        with self._lock:
            if self._saved < mine:
                latest = self._latest
                state.save(self._path)
                self._saved = latest


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """Save to ``path`` now, at each change in the block, and at its end.

    Raises:
        StateUnwritable: at the beginning or the end; in between it is only logged.
    """
    keeper = Keeper(path)
    keeper.changed()
    _keepers.append(keeper)
    try:
        yield
    finally:
        _keepers.remove(keeper)
        keeper.changed()


def after(service: str, operation: str, *, failed: bool) -> None:
    """Save if a call may have changed what is saved, be it the last use of a key."""
    iam = account_iam()
    if iam.use_noted or (service in _SERVICES and not failed and not operation.startswith(_READS)):
        iam.use_noted = False
        changed()


def changed() -> None:
    """Save what changed; a disk that does not take it fails no call, for the change is made."""
    for keeper in tuple(_keepers):
        try:
            keeper.changed()
        except StateUnwritable as why:
            _log.error("%s", why)


@clock.on_advance
def aged(_by: timedelta) -> None:
    """Save every time, for all of them moved."""
    changed()
