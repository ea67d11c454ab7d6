# ruff: noqa: INP001 - scripts, no package
"""The accounts: users in an exact mix, whose stale keys are known because they were made so."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from rulebook.sandbox import KeySeed, Sandbox

UNIT = 500  # the smallest number of users in which every kind is a whole number of people
OLD, FRESH = (100.0, 900.0), (5.0, 80.0)
OVER, UNDER = 90 + 5 / 24, 90 - 5 / 24  # five hours more, and less, than ninety days


@dataclass(frozen=True)
class Kind:
    """A way of holding keys.

    Attributes:
        in_a_thousand: how many of 1,000 users are like this.
        stale: whether an active key is more than 90 days old.
        keys: for each key between how many days ago it was made, and its status.
        age: of the user, in days.
    """

    in_a_thousand: int
    stale: bool = False
    keys: tuple[tuple[tuple[float, float], str], ...] = ()
    age: int = 1000


KINDS = (
    Kind(400),
    Kind(300, keys=((FRESH, "Active"),)),
    Kind(60, keys=(((1, 50), "Active"),), age=60),
    Kind(12, keys=((FRESH, "Active"), (OLD, "Inactive"))),
    Kind(78, keys=((OLD, "Inactive"),)),
    Kind(6, keys=(((UNDER, UNDER), "Active"),)),
    Kind(6, stale=True, keys=(((OVER, OVER), "Active"),)),
    Kind(118, stale=True, keys=((OLD, "Active"),)),
    Kind(20, stale=True, keys=((OLD, "Active"), (FRESH, "Active"))),
)


def fill(account: Sandbox, users: int) -> set[str]:
    """Add users (a multiple of `UNIT`), the same every time; return the ids of those with a stale key."""
    if users % UNIT:
        raise ValueError(f"users must be a multiple of {UNIT}, not {users}")
    chance = Random(users)  # noqa: S311 - made-up people, who must be the same every time
    kinds = [kind for kind in KINDS for _ in range(kind.in_a_thousand * users // 1000)]
    chance.shuffle(kinds)
    stale = set()
    for number, kind in enumerate(kinds):
        keys = [KeySeed(timedelta(days=chance.uniform(*days)), status) for days, status in kind.keys]
        user_id = account.add_user(f"user-{number:05}", timedelta(days=kind.age), keys=keys)
        if kind.stale:
            stale.add(user_id)
    return stale
