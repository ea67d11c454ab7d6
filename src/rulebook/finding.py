"""A finding: one thing wrong in one file, where it stands, and its cure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

Severity = Literal["error", "warning"]


class Place(tuple[str | int, ...]):
    """The keys and indexes that lead from the top of a JSON value to a node in it; the top's is empty."""

    __slots__ = ()

    def __truediv__(self, key: str | int) -> Self:
        return type(self)((*self, key))

    def __str__(self) -> str:
        written = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self).lstrip(".")
        return written.replace("\n", "\\n")

    def upwards(self) -> Iterator[Self]:
        """Yield this place, then its parents, the top last."""
        for length in range(len(self), -1, -1):
            yield type(self)(self[:length])


TOP = Place()


class Position(NamedTuple):
    """Where in a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Finding:
    """One line a person can act on.

    A check says ``place``, ``problem`` and ``cure``; the frame that runs it adds file, position and author.

    Attributes:
        place: the node it is about; the top for a whole file.
        problem: what is wrong, with the value that is there.
        cure: what to do, as an imperative sentence without a full stop.
        severity: ``error`` stops a build, ``warning`` does not.
        file: path relative to the project's root, with forward slashes.
        line: in the file, counted from 1; None if it is not known.
        column: of that line, counted from 1; None if it is not known.
        check: the code of the check that made it.
    """

    place: Place
    problem: str
    cure: str
    severity: Severity = "error"
    file: str = ""
    line: int | None = None
    column: int | None = None
    check: str = ""

    def __lt__(self, other: "Finding") -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[Any, ...]:
        keys = tuple(
            (isinstance(key, str), 0 if isinstance(key, str) else key, str(key)) for key in self.place
        )
        position = (self.line or 0, self.column or 0)
        return (self.file, *position, keys, self.problem, self.cure, self.severity, self.check)

    @property
    def where(self) -> str:
        """The file, with line and column as editors take them: ``document.yaml:64:7``."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    @property
    def said(self) -> str:
        """Place and problem."""
        return f"{self.place}: {self.problem}" if self.place else self.problem

    def __str__(self) -> str:
        kind = "" if self.severity == "error" else f"{self.severity}: "
        place = f"{self.place}: " if self.place else ""
        author = f" [{self.check}]" if self.check else ""
        return f"{self.where}: {place}{kind}{self.problem}; {self.cure}{author}"

    def as_json(self) -> dict[str, Any]:
        """Return it with the keys that ``--json`` promises."""
        return {
            "code": self.check,
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "place": str(self.place),
            "problem": self.problem,
            "cure": self.cure,
        }
