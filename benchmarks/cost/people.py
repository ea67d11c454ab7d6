"""The accounts: any number of users in the same mix, whose stale keys are known because they were made so.

The mix is exact, not drawn: of 1,000 users always as many are of each kind, so that calls per user compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LIMIT = timedelta(days=90)
UNIT = 500  # the smallest number of users in which every kind is a whole number of people
SIZES = (500, 2_000, 5_000)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_USER_AGE = timedelta(days=1000)


@dataclass(frozen=True)
class Key:
    """An access key; ``rotated`` is the credential report's, which moves when a key is re-activated."""

    key_id: str
    active: bool
    created: datetime
    rotated: datetime
    last_used: datetime | None

    @property
    def status(self) -> str:
        """The status as IAM names it."""
        return "Active" if self.active else "Inactive"


@dataclass(frozen=True)
class Person:
    """An IAM user, and whether it was made to have a stale key."""

    user_id: str
    name: str
    created: datetime
    keys: tuple[Key, ...]
    kind: str
    stale: bool


@dataclass(frozen=True)
class KeyPlan:
    """A key to be: created between so many days ago; ``rotated`` days ago if it was re-activated since."""

    youngest: float
    oldest: float
    active: bool = True
    used: bool = True
    rotated: float | None = None


@dataclass(frozen=True)
class Kind:
    """A way of holding keys.

    Attributes:
        name: says what it is.
        in_a_thousand: how many of 1,000 users are like this.
        stale: whether an active key is more than 90 days old, counted from its creation.
        keys: at most two.
        age: of the user.
    """

    name: str
    in_a_thousand: int
    stale: bool
    keys: tuple[KeyPlan, ...] = ()
    age: timedelta = _USER_AGE


FRESH, OLD = KeyPlan(5, 80), KeyPlan(100, 900)
HOURS_OVER = 90 + 5 / 24
HOURS_UNDER = 90 - 5 / 24

KINDS = (
    Kind("no key", 400, stale=False),
    Kind("fresh", 260, stale=False, keys=(FRESH,)),
    Kind("fresh, never used", 40, stale=False, keys=(KeyPlan(5, 80, used=False),)),
    Kind("fresh, of a new user", 60, stale=False, keys=(KeyPlan(1, 50),), age=timedelta(days=60)),
    Kind("fresh beside an old inactive one", 12, stale=False, keys=(FRESH, KeyPlan(100, 900, active=False))),
    Kind("old and inactive", 78, stale=False, keys=(KeyPlan(100, 900, active=False),)),
    Kind("5 hours under 90 days", 6, stale=False, keys=(KeyPlan(HOURS_UNDER, HOURS_UNDER),)),
    Kind("90 days and 5 hours", 6, stale=True, keys=(KeyPlan(HOURS_OVER, HOURS_OVER),)),
    Kind("old", 90, stale=True, keys=(OLD,)),
    Kind("old, never used", 20, stale=True, keys=(KeyPlan(100, 900, used=False),)),
    Kind("old beside a fresh one", 20, stale=True, keys=(OLD, FRESH)),
    Kind("old, re-activated a month ago", 8, stale=True, keys=(KeyPlan(200, 900, rotated=30),)),
)


def population(users: int, now: datetime) -> list[Person]:
    """Return so many users, ordered by name; the same every time, relative to ``now``.

    Args:
        users: a multiple of `UNIT`.
        now: in UTC.
    """
    if users % UNIT:
        raise ValueError(f"users must be a multiple of {UNIT}, not {users}")
    chance = Random(users)  # noqa: S311 - made-up people, who must be the same every time
    kinds = [kind for kind in KINDS for _ in range(kind.in_a_thousand * users // 1000)]
    chance.shuffle(kinds)
    moment = now.astimezone(UTC).replace(microsecond=0)  # IAM's times have no fraction
    ids = _ids()
    return [_person(number, kind, moment, chance, ids) for number, kind in enumerate(kinds, start=1)]


def _person(number: int, kind: Kind, now: datetime, chance: Random, ids: Iterator[str]) -> Person:
    keys = tuple(sorted((_key(plan, now, chance, ids) for plan in kind.keys), key=lambda key: key.created))
    created = now - kind.age
    return Person(f"AIDA{next(ids)}", f"user-{number:05}", created, keys, kind.name, kind.stale)


def _key(plan: KeyPlan, now: datetime, chance: Random, ids: Iterator[str]) -> Key:
    age = timedelta(seconds=round(chance.uniform(plan.youngest, plan.oldest) * 86_400))
    created = now - age
    rotated = created if plan.rotated is None else now - timedelta(days=plan.rotated)
    used = now - timedelta(seconds=round(age.total_seconds() * chance.uniform(0.05, 0.9)))
    return Key(f"AKIA{next(ids)}", plan.active, created, rotated, used if plan.used else None)


def _ids() -> Iterator[str]:
    """Yield endings of ids, none twice."""
    number = 32**15
    while True:
        number += 7919
        yield "".join(_LETTERS[number >> shift & 31] for shift in range(75, -1, -5))
