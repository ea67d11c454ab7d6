"""Writes built files so that a reader sees the old file or the new one, never half of one."""

from collections.abc import Mapping
from pathlib import Path

from rulebook.errors import ConfigurationError
from rulebook.project import Project
from rulebook.whole_file import write_beside


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
            waiting[path] = write_beside(path, files[path])
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
