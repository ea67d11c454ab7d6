"""Lines of a script as a person wrote it: those of the built document, with the file's name."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation import StepExecution, flow
from rulebook.node import Node
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


class WrittenLines:
    """Where the lines of a document's scripts stand in the files that a person writes.

    Args:
        document: as written.
        text: from the name of one of its files to what the file holds.
    """

    def __init__(self, document: AuthoredDocument, text: Callable[[str], str]) -> None:
        self._document = document
        self._text = text

    def message(self, step: StepExecution) -> str:
        """Return a step's failure message with the place in the file."""
        return LINE.sub(lambda told: f"({self.place(step, int(told[1]))})", step.failure_message)

    def trace(self, step: StepExecution) -> list[str]:
        """Return a line for each that the failure passed: ``tidy.py:30 in act: keys[0]``."""
        script = str(step.inputs.get("Script", "")).split("\n")
        return [
            f"{self.place(step, line)} in {name}: {script[line - 1].strip() if line <= len(script) else ''}"
            for line, name in step.trace
        ]

    def place(self, step: StepExecution, line: int) -> str:
        """Return for example ``tidy.py:30``; where a line has none of its own, the script's and its count."""
        script = self._script(step.name)
        ran = str(step.inputs.get("Script", "")).count("\n")
        if not script.exists or self._document.script_files.get(script.place):
            file = self._document.script_files.get(script.place)
            return f"{file}:{line}" if file else f"line {line} of the script"
        at = self._document.positions[self._document.file].get(script.place)
        begins = at.line if at else 0
        lines = self._text(self._document.file).split("\n")
        before = _run_of(script.text, lines, begins)
        if before is not None and ran == script.text.count("\n"):
            return f"{self._document.file}:{before + line}"
        where = f"{self._document.file}:{begins}" if at else self._document.file
        return f"{where}, line {line} of the script"

    def _script(self, name: str) -> Node:
        named = (one for one in flow.every_step(self._document.node) if flow.name(one) == name)
        return next((one["inputs"]["Script"] for one in named), Node(None, exists=False))


def _run_of(script: str, lines: list[str], begins: int) -> int | None:
    """Return how many lines stand before a script, which stands as it is but for its indent; None if not.

    Args:
        script: its text.
        lines: of the file.
        begins: the line to look for it from; before it only if it is nowhere after it.
    """
    wanted = [one.strip() for one in script.rstrip().split("\n")]
    there = [one.strip() for one in lines]
    starts = [*range(begins, len(there)), *range(begins)]
    return next((start for start in starts if there[start : start + len(wanted)] == wanted), None)
