"""The credential report: a snapshot as CSV, which says for four hours what was true when it was made.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moto.iam.models import AccessKey, SigningCertificate, User

from rulebook.sandbox.constants import ACCOUNT_ID, PARTITION

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
# Only where somebody has more than two: the reports of others were seen to end before it.
ADDITIONAL = "additional_credentials_info"
NOTHING = "N/A"
SLOTS = 2  # keys, and certificates, that a row has room for


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

    def shifted(self, delta: timedelta) -> "CredentialReport":
        """Return the same snapshot with every time in it moved back."""
        rows = tuple(tuple(c - delta if isinstance(c, datetime) else c for c in row) for row in self.rows)
        return replace(self, generated=self.generated - delta, ready=self.ready - delta, rows=rows)

    def as_csv(self) -> str:
        """Return the report as AWS words it: without a newline at its end."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        width = len(COLUMNS) + any(row[-1] != NOTHING for row in self.rows)
        for row in ((*COLUMNS, ADDITIONAL), *self.rows):
            writer.writerow([_word(cell) for cell in row[:width]])
        return text.getvalue().removesuffix("\n")


def take_report(
    users: Iterable[User], founded: datetime, now: datetime, ready: datetime, password_lasts: timedelta
) -> CredentialReport:
    """Take a snapshot of every user now, which can be fetched from ``ready`` on.

    Args:
        users: in the order of the rows.
        founded: when the root user began.
        now: the moment of the snapshot.
        ready: when it can be fetched.
        password_lasts: until a password expires; zero for always.
    """
    rows = (_root_row(founded), *(_row(user, password_lasts) for user in users))
    return CredentialReport(now, ready, rows)


def last_rotated(key: AccessKey) -> datetime:
    """When the key was created or, if later, made active again: the report's view of its age."""
    rotated: datetime = getattr(key, "last_rotated", key.create_date)
    return rotated


def _root_row(founded: datetime) -> tuple[Cell, ...]:
    """Return the root user's row: a password, MFA and no keys, as AWS advises."""
    arn = f"arn:{PARTITION}:iam::{ACCOUNT_ID}:root"
    head: tuple[Cell, ...] = ("<root_account>", arn, founded, "not_supported", "no_information")
    return (*head, "not_supported", "not_supported", True, *_keys(()), *_certificates(()), NOTHING)


def _row(user: User, password_lasts: timedelta) -> tuple[Cell, ...]:
    head: tuple[Cell, ...] = (user.name, user.arn, user.create_date)
    certificates = list(user.signing_certificates.values())
    return (
        *head,
        *_password(user, password_lasts),
        bool(user.mfa_devices),
        *_keys(user.access_keys),
        *_certificates(certificates),
        _additional(len(user.access_keys) - SLOTS, len(certificates) - SLOTS),
    )


def _additional(keys: int, certificates: int) -> str:
    """Return what the row has no room for; AWS documents what it tells, not its words."""
    told = [f"{keys} additional access keys, see ListAccessKeys"] if keys > 0 else []
    told += (
        [f"{certificates} additional certificates, see ListSigningCertificates"] if certificates > 0 else []
    )
    return "; ".join(told) or NOTHING


def _password(user: User, lasts: timedelta) -> tuple[Cell, ...]:
    """Return four cells: whether there is one, when it was used, was changed, and must be changed."""
    if not user.password:
        return (False, NOTHING, NOTHING, NOTHING)
    changed: datetime = user.password_changed
    return (True, user.password_last_used or "no_information", changed, changed + lasts if lasts else NOTHING)


def _keys(keys: Sequence[AccessKey]) -> tuple[Cell, ...]:
    first, second = [*(_key(key) for key in keys), *[_no_key()] * SLOTS][:SLOTS]
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
        return cell.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(cell).lower() if isinstance(cell, bool) else cell
