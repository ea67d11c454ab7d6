"""Lines of a script as a person wrote it: those of the built document, with the file's name."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rulebook.project import DocumentFolder

LINE = re.compile(r"\(line ([0-9]+) of the script\)")


def as_written(message: str, step: str, built: dict[str, Any], document: DocumentFolder) -> str:
    """Return a failure's message with the file as written and its line in place of the built script's.

    Args:
        message: as the runner tells it, with ``(line 3 of the script)`` or without.
        step: the step that failed.
        built: the document that ran.
        document: where its scripts are.
    """
    scripts = {one["name"]: one.get("inputs", {}).get("Script") for one in built["mainSteps"]}
    told = LINE.search(message)
    if not (told and isinstance(scripts.get(step), str)):
        return message
    sources = (path for path in sorted(document.folder.glob("*.py")) if not path.stem.endswith("_test"))
    place = _place(scripts[step], int(told[1]), sources)
    return LINE.sub(f"({place})", message) if place else message


def _place(script: str, line: int, sources: Iterable[Path]) -> str:
    """Return for example ``tidy.py:30``; empty if no file has that line there.

    The build leaves every statement on its line of the file, and takes comments off (``script_slice``).
    """
    text = script.split("\n")[line - 1 : line]
    for path in sources:
        written = path.read_text(encoding="utf-8", errors="replace").split("\n")[line - 1 : line]
        if text and written and text[0].strip() and written[0].startswith(text[0]):
            return f"{path.name}:{line}"
    return ""
