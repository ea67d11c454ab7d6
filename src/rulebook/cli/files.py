"""The files that a person asks a command to write."""

import os
from pathlib import Path

from rulebook.errors import RulebookError
from rulebook.whole_file import write_whole

_CURE = "name a file in a folder that is there and writable"


class CannotWrite(RulebookError):
    """A file that a person named cannot be written."""


def demand_writable(path: Path) -> None:
    """Say before the work, not after it, that a file cannot be written.

    Raises:
        CannotWrite: its folder is missing, or one of the two may not be written.
    """
    try:
        writable = _is_writable(path.resolve())
    except (OSError, ValueError, RuntimeError):  # too long a name, a NUL character, links in a circle
        writable = False
    if not writable:
        raise CannotWrite(f"{path}: cannot be written; {_CURE}")


def _is_writable(path: Path) -> bool:
    needed = [path.parent, path] if path.exists() else [path.parent]
    return path.parent.is_dir() and not path.is_dir() and all(os.access(one, os.W_OK) for one in needed)


def write_file(path: Path, text: str) -> None:
    """Write a file that a person asked for, whole or not at all.

    Raises:
        CannotWrite: there is no room, for example; what was there before is there still.
    """
    try:
        write_whole(path, text.encode("utf-8", "backslashreplace").decode())
    except OSError as error:
        raise CannotWrite(f"{path}: {error.strerror}; {_CURE}, with room on its disk") from error
