"""The programs that are compared."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CUSTODIAN_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True)
class Program:
    """A program to measure.

    Attributes:
        label: what the tables and the picture call it.
        python: the interpreter that has what it needs.
        arguments: of that interpreter; the module measures itself (`cost.measuring`).
        reports: whether it reports to Config; else it returns the users whom it flags.
    """

    label: str
    python: Path
    arguments: tuple[str, ...]
    reports: bool = True


_HERE = Path(sys.executable)
CREATE_DATE = Program("ours, CreateDate", _HERE, ("-m", "cost.run_rule", "ours", "ageBasis=CreateDate"))
LAST_ROTATED = Program("ours, LastRotated", _HERE, ("-m", "cost.run_rule", "ours", "ageBasis=LastRotated"))
USUAL = Program("usual rdklib rule", _HERE, ("-m", "cost.run_rule", "usual"))
CUSTODIAN = (
    Program(
        "Custodian, credential", CUSTODIAN_PYTHON, ("-m", "cost.run_custodian", "documented"), reports=False
    ),
    Program("Custodian, access-key", CUSTODIAN_PYTHON, ("-m", "cost.run_custodian", "exact"), reports=False),
)


def available() -> list[Program]:
    """Return the programs that can run here: Custodian only where `make bench` could install it."""
    return [CREATE_DATE, LAST_ROTATED, USUAL, *(CUSTODIAN if CUSTODIAN_PYTHON.exists() else ())]
