"""Writes files so that a reader sees the old one or the new one, never half of one."""

import os
import secrets
import stat
from pathlib import Path


def write_beside(path: Path, text: str) -> Path:
    """Write a new file next to another that it is to replace, and return where it is.

    It has the mode of the old one, or the mode that the umask gives a new one.

    Raises:
        OSError: it cannot be written, over a full disk for example; nothing is left behind.
        UnicodeEncodeError: the text holds half a character; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode())
            if path.exists():
                os.fchmod(descriptor, stat.S_IMODE(path.stat().st_mode))
            stream.flush()
            os.fsync(descriptor)  # some file systems tell only now that there was no room
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def write_whole(path: Path, text: str) -> None:
    """Write or replace one file in one step; a pipe or a device, which cannot be replaced, is written to.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    target = path.resolve()  # a link goes on leading where it leads
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
        return
    temporary = write_beside(target, text)
    try:
        temporary.replace(target)
    except BaseException:
        temporary.unlink()
        raise
