"""The credential report: a snapshot as CSV, which says for four hours what was true when it was made.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from moto.iam.models import AccessKey, SigningCertificate, User

Cell = str | bool | datetime

LIFETIME = timedelta(hours=4)

_KEY = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_1_{column}" for column in _KEY),
    *(f"access_key_2_{column}" for column in _KEY),
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
NOTHING = "N/A"


@dataclass(frozen=True)
class CredentialReport:
    """A snapshot; its times are naive UTC, as moto keeps them.

    Attributes:
        generated: when the snapshot was taken.
        ready: when it can be fetched.
        rows: one a user, the root user first, in the order of `COLUMNS`.
    """

    generated: datetime
    ready: datetime
    rows: tuple[tuple[Cell, ...], ...]

    def is_ready(self, now: datetime) -> bool:
        """Whether the report can be fetched."""
        return now >= self.ready

    def has_expired(self, now: datetime) -> bool:
        """Whether AWS would want a new report."""
        return now >= self.generated + LIFETIME

    def shifted(self, delta: timedelta) -> CredentialReport:
        """Return the same snapshot with every time in it moved back."""
        rows = tuple(tuple(c - delta if isinstance(c, datetime) else c for c in row) for row in self.rows)
        return replace(self, generated=self.generated - delta, ready=self.ready - delta, rows=rows)

    def as_csv(self) -> str:
        """Return the report as AWS words it."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_word(cell) for cell in row] for row in self.rows)
        return text.getvalue()


def take(
    users: Iterable[User], account_id: str, founded: datetime, now: datetime, ready: datetime
) -> CredentialReport:
    """Take a snapshot of every user now, which can be fetched from ``ready`` on."""
    rows = (_root_row(account_id, founded), *(_row(user) for user in users))
    return CredentialReport(now, ready, rows)


def last_rotated(key: AccessKey) -> datetime:
    """When the key was created or, if later, made active again: the report's view of its age."""
    rotated: datetime = getattr(key, "last_rotated", key.create_date)
    return rotated


def _root_row(account_id: str, founded: datetime) -> tuple[Cell, ...]:
    """Return the root user's row: a password, MFA and no keys, as AWS advises."""
    arn = f"arn:aws:iam::{account_id}:root"
    head: tuple[Cell, ...] = ("<root_account>", arn, founded, "not_supported", "no_information")
    return (*head, "not_supported", "not_supported", True, *_keys(()), *_certificates(()))


def _row(user: User) -> tuple[Cell, ...]:
    head: tuple[Cell, ...] = (user.name, user.arn, user.create_date)
    certificates = list(user.signing_certificates.values())
    return (
        *head,
        *_password(user),
        bool(user.mfa_devices),
        *_keys(user.access_keys),
        *_certificates(certificates),
    )


def _password(user: User) -> tuple[Cell, ...]:
    """Return four cells; moto keeps no time of a password's change, so it counts as old as the user."""
    if not user.password:
        return (False, NOTHING, NOTHING, NOTHING)
    return (True, user.password_last_used or "no_information", user.create_date, NOTHING)


def _keys(keys: Sequence[AccessKey]) -> tuple[Cell, ...]:
    first, second = [*(_key(key) for key in keys), *[_no_key()] * 2][:2]
    return (*first, *second)


def _key(key: AccessKey) -> tuple[Cell, ...]:
    used = key.last_used
    use = (used.timestamp, used.region, used.service) if used else (NOTHING,) * 3
    return (key.status == "Active", last_rotated(key), *use)


def _no_key() -> tuple[Cell, ...]:
    return (False, *[NOTHING] * 4)


def _certificates(certificates: Sequence[SigningCertificate]) -> tuple[Cell, ...]:
    states = [certificate.status == "Active" for certificate in certificates]
    first, second = [*states, False, False][:2]
    return (first, NOTHING, second, NOTHING)


def _word(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC).isoformat(timespec="seconds")
    return str(cell).lower() if isinstance(cell, bool) else cell
