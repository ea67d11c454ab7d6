"""ListUsers as it is right after a change on AWS: for a while it shows what was before.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""

import copy
from collections.abc import Iterable
from datetime import datetime, timedelta

from moto.iam.models import User


class Listing:
    """What ListUsers shows: everything as it was some time ago.

    Attributes:
        lag: how long ago.
    """

    def __init__(self, lag: timedelta, now: datetime, users: Iterable[User]) -> None:
        self.lag = lag
        self._moments: list[tuple[datetime, list[tuple[User, str, str]]]] = []
        self.note(now - lag, users)

    def note(self, when: datetime, users: Iterable[User]) -> None:
        """Remember who there is from now on, under which name and path."""
        self._moments.append((when, [(user, user.name, user.path) for user in users]))

    def shown(self, now: datetime) -> list[User]:
        """Return who shows now."""
        _, people = next(one for one in reversed(self._moments) if one[0] <= now - self.lag)
        return [_as_it_was(*one) for one in people]

    def shift(self, delta: timedelta) -> None:
        """Let time pass."""
        self._moments = [(when - delta, people) for when, people in self._moments]


def _as_it_was(user: User, name: str, path: str) -> User:
    """Return a user under a former name."""
    was = copy.copy(user)
    was.name, was.path = name, path
    return was
