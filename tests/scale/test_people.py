"""The accounts hold what the page says of them, and the truth they are judged by is the truth."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from cost.people import KINDS, LIMIT, SIZES, population

NOW = datetime(2026, 7, 1, 12, 30, 15, 123, tzinfo=UTC)


@pytest.mark.parametrize("users", SIZES)
def test_every_account_has_the_same_mix(users: int) -> None:
    people = population(users, NOW)
    assert len(people) == users
    assert Counter(person.kind for person in people) == {
        kind.name: kind.in_a_thousand * users / 1000 for kind in KINDS
    }
    assert sum(bool(person.keys) for person in people) == 0.6 * users


def test_the_edge_keys_are_among_them() -> None:
    ages: dict[str, set[tuple[bool, bool, timedelta, timedelta]]] = {}
    for person in population(500, NOW):
        for key in person.keys:
            whole = NOW.replace(microsecond=0)
            facts = (key.active, key.last_used is not None, whole - key.created, whole - key.rotated)
            ages.setdefault(person.kind, set()).add(facts)
    five_hours = timedelta(hours=5)
    assert ages["90 days and 5 hours"] == {(True, True, *[LIMIT + five_hours] * 2)}
    assert ages["5 hours under 90 days"] == {(True, True, *[LIMIT - five_hours] * 2)}
    assert {used for _, used, _, _ in ages["old, never used"]} == {False}
    assert {active for active, _, age, _ in ages["fresh beside an old inactive one"] if age > LIMIT} == {
        False
    }
    assert {rotated for *_, rotated in ages["old, re-activated a month ago"]} == {timedelta(days=30)}


def test_the_truth_is_that_an_active_key_was_created_more_than_ninety_days_ago() -> None:
    for person in population(5000, NOW):
        old = [key for key in person.keys if key.active and NOW - key.created > LIMIT]
        assert person.stale == bool(old), person


def test_the_people_could_be_in_iam() -> None:
    people = population(5000, NOW)
    keys = [key for person in people for key in person.keys]
    assert len({person.user_id for person in people} | {key.key_id for key in keys}) == len(people) + len(
        keys
    )
    assert {(len(person.user_id), person.user_id[:4]) for person in people} == {(20, "AIDA")}
    assert {(len(key.key_id), key.key_id[:4]) for key in keys} == {(20, "AKIA")}
    assert [person.name for person in people] == sorted(person.name for person in people)
    for person in people:
        assert len(person.keys) <= 2
        for key in person.keys:
            assert person.created <= key.created <= key.rotated < NOW
            assert key.last_used is None or key.created < key.last_used < NOW


def test_the_same_account_is_made_every_time() -> None:
    assert population(500, NOW) == population(500, NOW)


def test_a_size_that_would_split_a_person_is_refused() -> None:
    with pytest.raises(ValueError, match="users must be a multiple of 500, not 501"):
        population(501, NOW)
