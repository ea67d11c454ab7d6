"""Writes built files so that a reader sees the old file or the new one, never half of one."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rulebook.errors import ConfigurationError
from rulebook.project import Project

MODE = 0o644  # a temporary file is private; a built file is not


def current_text(path: Path) -> str | None:
    """Return what a built file holds, whatever its line ends; None if it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write_all(project: Project, files: Mapping[Path, str]) -> list[Path]:
    """Write all new files beside the old ones first, then put each in its place.

    A full disk or a read-only folder is met before any file is replaced.

    Returns:
        The files written, in order.

    Raises:
        ConfigurationError: a file cannot be written.
    """
    waiting: dict[Path, Path] = {}
    try:
        for path in sorted(files):
            waiting[path] = _beside(path, files[path])
        for path in sorted(files):
            waiting[path].replace(path)
            del waiting[path]
    except OSError as error:
        raise ConfigurationError(
            f"{project.relative(path)}: cannot be written: {error.strerror}; make it writable"
        ) from error
    finally:
        for temporary in waiting.values():
            temporary.unlink(missing_ok=True)
    return sorted(files)


def _beside(path: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode())
        temporary.chmod(MODE)
    except BaseException:
        temporary.unlink()
        raise
    return temporary
