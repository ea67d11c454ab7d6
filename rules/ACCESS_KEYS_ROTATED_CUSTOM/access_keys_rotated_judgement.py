"""The judgement: facts, parameters and a ``now`` in, a verdict out. Nothing here talks to AWS.

The runbook judges by the same predicates (`is_stale`, `exemption`); each ships alone, and a property test
compares them.
"""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, NamedTuple

from access_keys_rotated_annotation import clear_by_report, exempt, fresh, no_active_key, stale, too_young
from access_keys_rotated_parameters import LAST_ROTATED
from access_keys_rotated_records import ACTIVE, AccessKey, same_second

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from access_keys_rotated_parameters import Parameters
    from access_keys_rotated_records import ReportKey, ReportRow, User

COMPLIANT = "COMPLIANT"
NON_COMPLIANT = "NON_COMPLIANT"


class Verdict(NamedTuple):
    """What the rule says of one user.

    Attributes:
        user: whom it is about.
        compliance: Config's word.
        annotation: why.
        since: from when the age of each active key counts, as far as it was read.
    """

    user: User
    compliance: str
    annotation: str
    since: tuple[datetime, ...] = ()


def is_stale(key: AccessKey, parameters: Parameters, now: datetime) -> bool:
    """Tell whether an active key is older, or unused for longer, than its limit; to the second."""
    return is_too_old(key, parameters, now) or is_unused(key, parameters, now)


def is_too_old(key: AccessKey, parameters: Parameters, now: datetime) -> bool:
    """Tell whether an active key is older than maxAccessKeyAge."""
    return key.status == ACTIVE and now - key.since > parameters.max_access_key_age


def is_unused(key: AccessKey, parameters: Parameters, now: datetime) -> bool:
    """Tell whether an active key is unused for longer than its limit; never used counts from creation."""
    limit = parameters.max_credential_usage_age
    return key.status == ACTIVE and limit is not None and now - (key.last_used or key.since) > limit


def stale_keys(keys: Sequence[AccessKey], parameters: Parameters, now: datetime) -> list[AccessKey]:
    """Return the stale keys, the oldest first."""
    return sorted(
        (key for key in keys if is_stale(key, parameters, now)), key=lambda key: (key.since, key.key_id)
    )


def exemption(user_name: str, tags: Mapping[str, str], parameters: Parameters, today: date) -> str:
    """Return by which parameter, and which value of it, the user is exempt, or an empty text.

    Args:
        user_name: the user's name.
        tags: the user's tags.
        parameters: the rule's.
        today: the day in UTC.
    """
    for entry in parameters.exempt_users:
        if _matches(entry.pattern, user_name) and (entry.last_day is None or today <= entry.last_day):
            return f"exemptUsers {entry.pattern}" + (f" until {entry.last_day}" if entry.last_day else "")
    key, equals, value = parameters.exempt_tag.partition("=")
    for name, own in tags.items():  # IAM compares tag keys without case, values with
        if key and name.lower() == key.lower() and (not equals or own == value):
            return f"exemptTag {parameters.exempt_tag}"
    return ""


def _matches(pattern: str, user_name: str) -> bool:
    # fnmatch's expression does not backtrack without end on `*a*a*a*`; its `[` means nothing here.
    expression = fnmatch.translate(pattern.replace("[", "[[]"))
    return re.match(expression, user_name, re.IGNORECASE) is not None


def judge_user(
    user: User, keys: Sequence[AccessKey], tags: Mapping[str, str], parameters: Parameters, now: datetime
) -> Verdict:
    """Judge a user by all of its keys; ``now`` is in UTC."""
    found = stale_keys(keys, parameters, now)
    since = tuple(key.since for key in keys if key.status == ACTIVE)
    if found:
        by = exemption(user.name, tags, parameters, now.date())
        if by:
            return Verdict(user, COMPLIANT, exempt(user.name, by, found, parameters, now), since)
        return Verdict(user, NON_COMPLIANT, stale(user.name, found, parameters, now), since)
    if since:
        return Verdict(user, COMPLIANT, fresh(user.name, parameters), since)
    return Verdict(user, COMPLIANT, no_active_key(user.name))


def clear_user(user: User, row: ReportRow | None, parameters: Parameters, now: datetime) -> Verdict | None:
    """Judge a user without reading its keys, where that can only come out COMPLIANT; else None.

    A key is never older than its user. A user without an active key in the report can only have one that is
    younger than the report, or one re-activated since, which the next evaluation finds.
    """
    since = tuple(key.rotated for key in row.active if key.rotated) if row else ()
    if now - user.created <= parameters.shortest:
        return Verdict(user, COMPLIANT, too_young(user.name, parameters), since)
    if row is None:
        return None
    if not row.active:
        return Verdict(user, COMPLIANT, no_active_key(user.name))
    if parameters.age_basis != LAST_ROTATED or any(_flagged(key, parameters, now) for key in row.active):
        return None
    return Verdict(user, COMPLIANT, clear_by_report(user.name, parameters), since)


def _flagged(key: ReportKey, parameters: Parameters, now: datetime) -> bool:
    return key.rotated is None or is_stale(AccessKey("", ACTIVE, key.rotated, key.used), parameters, now)


def with_rotation(keys: Sequence[AccessKey], row: ReportRow, generated: datetime) -> list[AccessKey]:
    """Give each key the rotation time that the report has for it, which names no keys.

    A key never re-activated was rotated when it was created. Of what is left, active and younger keys get the
    latest times, so that a user who has just been put right is not flagged again while the report is old. A
    key that the report had as inactive was re-activated since.
    """
    left = sorted((key for key in row.keys if key.rotated), key=lambda key: key.rotated or generated)
    paired: dict[str, datetime] = {}
    latest_first = sorted(keys, key=lambda key: (key.status == ACTIVE, key.created), reverse=True)
    for exactly in (True, False):
        for key in latest_first:
            match = None if key.key_id in paired else _latest(left, key, exactly=exactly)
            if match and match.rotated:
                left.remove(match)
                paired[key.key_id] = match.rotated if match.active or key.status != ACTIVE else generated
    return [key._replace(rotated=paired.get(key.key_id)) for key in keys]


def _latest(candidates: Sequence[ReportKey], key: AccessKey, *, exactly: bool) -> ReportKey | None:
    fitting = [
        one
        for one in candidates
        if one.rotated and (same_second(one.rotated, key.created) if exactly else one.rotated > key.created)
    ]
    return fitting[-1] if fitting else None


def known_use(keys: Sequence[AccessKey], row: ReportRow | None) -> datetime | None:
    """Return a time since which the report saw every active key used, or None if it cannot tell.

    It can only tell where it saw as many keys, and as many of them active, as there are.
    """
    active = sum(key.status == ACTIVE for key in keys)
    if row is None or len(row.keys) != len(keys) or len(row.active) != active:
        return None
    used = [key.used for key in row.active]
    return min((when for when in used if when), default=None) if all(used) else None
