"""What the rule knows of users and keys: plain records, read from IAM.

Named tuples, because making a dataclass costs each cold start of the function several times as much.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

ACTIVE = "Active"
A_SECOND = timedelta(seconds=1)


class User(NamedTuple):
    """An IAM user as ListUsers tells of it."""

    user_id: str
    name: str
    created: datetime


class AccessKey(NamedTuple):
    """An access key.

    Attributes:
        key_id: ``AKIA...``.
        status: ``Active``, ``Inactive`` or ``Expired``.
        created: never changes.
        last_used: absent for a key never used, and where nobody needed to ask.
        rotated: when the credential report says the key was created or last re-activated; only for ageBasis
            LastRotated.
    """

    key_id: str
    status: str
    created: datetime
    last_used: datetime | None = None
    rotated: datetime | None = None

    @property
    def since(self) -> datetime:
        """From when its age counts."""
        return self.rotated or self.created


class ReportKey(NamedTuple):
    """One of a user's two keys in the credential report, which has no key ids."""

    active: bool
    rotated: datetime | None
    used: datetime | None


class ReportRow(NamedTuple):
    """A user's row of the credential report."""

    user_created: datetime
    keys: tuple[ReportKey, ...]

    @property
    def active(self) -> list[ReportKey]:
        """The keys that were active."""
        return [key for key in self.keys if key.active]


class Report(NamedTuple):
    """The credential report: a snapshot, up to four hours old."""

    generated: datetime
    rows: dict[str, ReportRow]  # by user name

    def row(self, user: User) -> ReportRow | None:
        """Return the user's row, unless it is of an earlier user of the same name."""
        row = self.rows.get(user.name)
        return row if row and same_second(row.user_created, user.created) else None


def same_second(one: datetime, other: datetime) -> bool:
    """Compare to the second: the report's times have no fraction."""
    return abs(one.replace(microsecond=0) - other.replace(microsecond=0)) <= A_SECOND
