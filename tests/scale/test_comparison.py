"""Programs run in a process of their own; one that says nothing, or half, is no result."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from cost import programs
from cost.comparison import compare
from cost.programs import CREATE_DATE, CUSTODIAN, LAST_ROTATED, USUAL, Program, available

TAKEN = '{"seconds": 1, "cpu_seconds": 1, "megabytes": 1, "found": ["AIDA1"], "version": "1"}'


def script(text: str, *, reports: bool) -> Program:
    """Return a program that is a line of Python."""
    return Program("a line", Path(sys.executable), ("-c", text), reports=reports)


def test_whom_a_program_flags_is_compared_with_the_truth() -> None:
    [run] = compare([script(f"print({TAKEN!r})", reports=False)], 500, latency=0)
    assert (run.users, run.all_calls, run.false_positives, run.false_negatives) == (500, 0, 1, 72)


def test_a_rule_that_does_not_report_every_user_is_no_result() -> None:
    with pytest.raises(RuntimeError, match="a line reported 0 of 500 users"):
        list(compare([script(f"print({TAKEN!r})", reports=True)], 500, latency=0))


def test_a_program_that_fails_is_no_result() -> None:
    with pytest.raises(CalledProcessError):
        list(compare([script("raise SystemExit(3)", reports=False)], 500, latency=0))


def test_a_program_sees_nothing_of_the_persons_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    text = f"import os; assert 'AWS_PROFILE' not in os.environ; print({TAKEN!r})"
    assert len(list(compare([script(text, reports=False)], 500, latency=0))) == 1


def test_custodian_is_compared_where_it_is_installed_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "CUSTODIAN_PYTHON", tmp_path)
    assert available() == [CREATE_DATE, LAST_ROTATED, USUAL, *CUSTODIAN]
    monkeypatch.setattr(programs, "CUSTODIAN_PYTHON", tmp_path / "nothing")
    assert available() == [CREATE_DATE, LAST_ROTATED, USUAL]
