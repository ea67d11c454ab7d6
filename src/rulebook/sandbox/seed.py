"""A random but reproducible population: the same number and seed make the same people, ids, keys and ages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from rulebook.sandbox.key_seed import KeySeed
from rulebook.sandbox.records import add_user

_GIVEN = ("ada", "amir", "chen", "dina", "emeka", "freya", "hana", "ines", "jonas", "kofi", "lena", "mateo")
_FAMILY = ("adler", "banerjee", "costa", "diallo", "eriksen", "fischer", "garcia", "haddad", "ito", "jensen")
_SERVICES = ("backup", "billing", "ci", "deploy", "export", "metrics", "reports", "sync")
_PATHS = ("/",) * 7 + ("/division/team/", "/service/", "/contractors/")
_TEAMS = ("blue", "green", "red")
_OLDEST_USER = 1500  # days


@dataclass(frozen=True)
class _Kind:
    """One way in which people hold keys, and how many people in a hundred do."""

    weight: int
    keys: Callable[[Random, int], tuple[KeySeed, ...]]


def _key(
    chance: Random, user_days: int, ages: tuple[int, int], status: str = "Active", *, used: bool = True
) -> KeySeed:
    """Return a key of an age within ``ages`` (days), but not older than its user."""
    youngest, oldest = (min(days, user_days) for days in ages)
    age = timedelta(days=chance.randint(youngest, oldest), seconds=chance.randint(60, 80_000))
    last_used = timedelta(seconds=chance.randint(60, int(age.total_seconds()))) if used else None
    return KeySeed(age, status, last_used)


_FRESH, _STALE = (0, 80), (100, 1200)
_KINDS = (
    _Kind(30, lambda _chance, _days: ()),
    _Kind(30, lambda chance, days: (_key(chance, days, _FRESH),)),
    _Kind(12, lambda chance, days: (_key(chance, days, _STALE),)),
    _Kind(8, lambda chance, days: (_key(chance, days, _STALE, "Inactive"),)),
    _Kind(8, lambda chance, days: (_key(chance, days, (0, 400), used=False),)),
    _Kind(12, lambda chance, days: (_key(chance, days, _STALE), _key(chance, days, _FRESH))),
)


def seed(users: int, seed: int) -> None:
    """Create ``users`` people, about a third of them with a key that most rules would find.

    Args:
        users: how many to add; their names are free of each other, not of people added before.
        seed: chooses who they are.
    """
    chance = Random(seed)  # noqa: S311 - made-up people, who must be the same every time
    for number in range(1, users + 1):
        _add(number, chance)


def _add(number: int, chance: Random) -> None:
    days = chance.randint(1, _OLDEST_USER)
    kind = chance.choices(_KINDS, weights=[kind.weight for kind in _KINDS])[0]
    tags = {"team": chance.choice(_TEAMS)} if chance.random() < 1 / 2 else {}
    if chance.random() < 1 / 20:
        tags["rotation"] = "manual"
    # A user is a day older than the oldest key may be, for a key cannot be older than its user.
    created = timedelta(days=days + 1)
    path = chance.choice(_PATHS)
    add_user(_name(number, chance), created, path, kind.keys(chance, days), tags, chance)


def _name(number: int, chance: Random) -> str:
    if chance.random() < 1 / 8:
        return f"svc-{chance.choice(_SERVICES)}-{number}"
    return f"{chance.choice(_GIVEN)}.{chance.choice(_FAMILY)}{number}"
