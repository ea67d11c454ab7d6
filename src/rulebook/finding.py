"""A finding: one thing wrong in one file, with its cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """One line a person can act on.

    Attributes:
        file: path relative to the project's root, with forward slashes.
        place: where in the file, for example ``mainSteps[0].inputs.Runtime`` or ``line 7``.
        problem: what is wrong, with the value that is there.
        cure: what to do, as an imperative sentence without a full stop.
        severity: ``error`` stops a build, ``warning`` does not.
    """

    file: str
    place: str
    problem: str
    cure: str
    severity: Severity = "error"

    def __str__(self) -> str:
        problem = self.problem if self.severity == "error" else f"{self.severity}: {self.problem}"
        return f"{self.file}: {self.place}: {problem}; {self.cure}"
