# ruff: noqa: INP001 - a module of the program beside it
"""What a mutant is, and what became of it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GENERATOR = "mutation.generate"


class Key(NamedTuple):
    """What a mutant is called by: it stays the same when lines move."""

    path: str
    function: str
    change: str


@dataclass(frozen=True)
class Mutant:
    """A changed source file.

    Attributes:
        path: the file, relative to the project.
        line: the first line that is changed.
        function: the innermost function or class around it; empty: none.
        operator: what made it.
        old: what stood there.
        new: what stands there instead.
        source: the whole changed file.
    """

    path: str
    line: int
    function: str
    operator: str
    old: str
    new: str
    source: str

    @property
    def key(self) -> Key:
        """Return what it is called by."""
        return Key(self.path, self.function, f"{self.old} -> {self.new}")

    @property
    def digest(self) -> str:
        """Return what it is remembered by."""
        return hashlib.sha256(f"{self.path}\n{self.source}".encode()).hexdigest()[:16]


def generate(root: Path, python: Path, paths: Sequence[str]) -> list[Mutant]:
    """Have cosmic-ray's environment make the mutants, in the order of their lines."""
    made = subprocess.run(  # noqa: S603 - the project's own program
        [str(python), "-m", GENERATOR, *paths],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "tests")},
        capture_output=True,
        text=True,
        check=True,
    )
    mutants = [Mutant(**json.loads(line)) for line in made.stdout.splitlines()]
    return sorted(mutants, key=lambda one: (one.path, one.line, one.operator, one.new))


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the test that failed with it, ``timeout``, or an empty text: it survived."""

    killer: str
    tests: str  # digest of the tests and of the sources beside the mutant

    @property
    def survived(self) -> bool:
        """Tell whether every test passed."""
        return not self.killer


class Memory:
    """The fates of earlier runs, kept in a file after each mutant, so that a run can be taken up again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fates: dict[str, dict[str, str]] = {}
        if path.exists():
            self._fates = json.loads(path.read_text(encoding="utf-8"))

    def recall(self, mutant: Mutant) -> Fate | None:
        """Return the fate that the mutant had last time."""
        known = self._fates.get(mutant.digest)
        return Fate(**known) if known else None

    def keep(self, mutant: Mutant, fate: Fate) -> None:
        """Write the fate down."""
        self._fates[mutant.digest] = asdict(fate)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(self._fates, indent=1, sort_keys=True), encoding="utf-8")
        beside.replace(self._path)
