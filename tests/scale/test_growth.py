"""Calls grow with the users whom the report cannot clear, exactly, and nothing else; times are not tested."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import ceil

import pytest
from cost.comparison import Run, compare
from cost.people import KINDS
from cost.programs import CREATE_DATE, LAST_ROTATED, USUAL

SIZES = (500, 1000, 1500)
BY_KIND = {kind.name: kind.in_a_thousand for kind in KINDS}
STALE = sum(kind.in_a_thousand for kind in KINDS if kind.stale)  # of 1,000
REACTIVATED = BY_KIND["old, re-activated a month ago"]
CLEARED = sum(BY_KIND[kind] for kind in ("no key", "old and inactive", "fresh, of a new user"))
REPORT = {"iam:GenerateCredentialReport": 1, "iam:GetCredentialReport": 1}


@pytest.fixture(scope="module")
def runs() -> dict[tuple[str, int], Run]:
    """Every program of this repository in accounts of some sizes, without latency."""
    programs = (CREATE_DATE, LAST_ROTATED, USUAL)
    return {(run.program, size): run for size in SIZES for run in compare(programs, size, latency=0)}


def reporting(users: int) -> dict[str, int]:
    """What rdklib asks of Config, whatever the rule."""
    return {"config:GetComplianceDetailsByConfigRule": 1, "config:PutEvaluations": ceil(users / 100)}


def of(in_a_thousand: int, users: int) -> int:
    """So many of the users."""
    return in_a_thousand * users // 1000


@pytest.mark.parametrize("users", SIZES)
def test_create_date_reads_the_keys_of_whom_the_report_cannot_clear(
    runs: Mapping[tuple[str, int], Run], users: int
) -> None:
    assert runs[CREATE_DATE.label, users].calls == REPORT | reporting(users) | {
        "iam:ListUsers": ceil(users / 1000),
        "iam:ListAccessKeys": of(1000 - CLEARED, users),
        "iam:GetUser": of(STALE, users),
    }


@pytest.mark.parametrize("users", SIZES)
def test_last_rotated_makes_two_calls_a_flagged_user(runs: Mapping[tuple[str, int], Run], users: int) -> None:
    flagged = of(STALE - REACTIVATED, users)
    assert runs[LAST_ROTATED.label, users].calls == REPORT | reporting(users) | {
        "iam:ListUsers": ceil(users / 1000),
        "iam:ListAccessKeys": flagged,
        "iam:GetUser": flagged,
    }


@pytest.mark.parametrize("users", SIZES)
def test_the_usual_rule_reads_everybodys_keys(runs: Mapping[tuple[str, int], Run], users: int) -> None:
    assert runs[USUAL.label, users].calls == reporting(users) | {
        "iam:ListUsers": users // 100,
        "iam:ListAccessKeys": users,
    }


def test_a_user_costs_the_same_in_an_account_of_any_size(runs: Mapping[tuple[str, int], Run]) -> None:
    for program, per_thousand in (
        (CREATE_DATE, 1000 - CLEARED + STALE),
        (LAST_ROTATED, 2 * (STALE - REACTIVATED)),
    ):
        sizes = [runs[program.label, size].of_service("iam") - ceil(size / 1000) for size in SIZES]
        assert [more - fewer for fewer, more in pairwise(sizes)] == [per_thousand // 2] * 2


def test_many_calls_are_under_way_at_once_and_never_more_than_a_client_keeps_connections(
    runs: Mapping[tuple[str, int], Run],
) -> None:
    for size in SIZES:
        assert 1 < runs[CREATE_DATE.label, size].at_once <= 10
        assert runs[USUAL.label, size].at_once == 1


def test_by_create_date_no_user_is_judged_wrongly(runs: Mapping[tuple[str, int], Run]) -> None:
    for size in SIZES:
        for program in (CREATE_DATE, USUAL):
            run = runs[program.label, size]
            assert (run.false_positives, run.false_negatives) == (0, 0)


def test_last_rotated_differs_by_the_re_activated_keys_only(runs: Mapping[tuple[str, int], Run]) -> None:
    for size in SIZES:
        run = runs[LAST_ROTATED.label, size]
        assert (run.false_positives, run.false_negatives) == (0, of(REACTIVATED, size))
