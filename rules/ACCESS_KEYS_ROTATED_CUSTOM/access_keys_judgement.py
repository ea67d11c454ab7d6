"""The judgement: facts, limits and a ``now`` in; a verdict and its annotation out. Nothing here talks to AWS.

The runbook has AccessKey and the predicates (`is_too_old`, `is_stale`, `exemption`) in the same words.
Annotations say what is wrong in words a person can act on, within Config's 256 characters, never cut.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import NamedTuple

from access_keys_parameters import Limits

COMPLIANT = "COMPLIANT"
NON_COMPLIANT = "NON_COMPLIANT"
LONGEST_ANNOTATION = 256
A_SECOND, AN_HOUR = timedelta(seconds=1), timedelta(hours=1)


class User(NamedTuple):
    """An IAM user as ListUsers tells of it."""

    user_id: str
    name: str
    created: datetime


class AccessKey(NamedTuple):
    """An access key; ``last_used`` is None for one never used, and where nobody needed to ask."""

    key_id: str
    status: str  # Active, Inactive or Expired
    created: datetime  # never changes
    last_used: datetime | None = None  # IAM records it hours late, and once in 15 minutes


class Verdict(NamedTuple):
    """What the rule says of one user; ``ages`` are those of the active keys that were read."""

    user: User
    compliance: str
    annotation: str
    ages: tuple[timedelta, ...] = ()


def is_too_old(key: AccessKey, limits: Limits, now: datetime) -> bool:
    """Tell whether an active key is older than its limit; to the second."""
    return key.status == "Active" and now - key.created > limits.max_age


def is_stale(key: AccessKey, limits: Limits, now: datetime) -> bool:
    """Tell whether an active key is older, or unused for longer, than its limit; to the second."""
    if key.status != "Active" or limits.max_unused is None:
        return is_too_old(key, limits, now)
    return is_too_old(key, limits, now) or now - (key.last_used or key.created) > limits.max_unused


def exemption(name: str, tags: dict[str, str], limits: Limits, today: date) -> str:
    """Return by what the user is exempt, or an empty text. ``today`` is the day in UTC."""
    # fnmatch never backtracks without end; "[", which is special to it, does not pass EXEMPT_USER.
    for pattern, last_day in limits.exempt_users:
        if fnmatchcase(name.lower(), pattern.lower()) and (last_day is None or today <= last_day):
            return f"exemptUsers {pattern}" + (f" until {last_day}" if last_day else "")
    key, equals, value = limits.exempt_tag.partition("=")
    for own_key, own_value in tags.items():  # IAM compares tag keys without case, values with
        if key and own_key.lower() == key.lower() and (not equals or own_value == value):
            return f"exemptTag {limits.exempt_tag}"
    return ""


def judge_user(
    user: User, keys: Sequence[AccessKey], tags: dict[str, str], limits: Limits, now: datetime
) -> Verdict:
    """Judge a user by all of its keys; ``now`` is in UTC."""
    ages = tuple(now - key.created for key in keys if key.status == "Active")
    stale = sorted(
        (key for key in keys if is_stale(key, limits, now)), key=lambda key: (key.created, key.key_id)
    )
    if not stale:
        return Verdict(user, COMPLIANT, fresh(user.name, limits) if ages else no_active_key(user.name), ages)
    by = exemption(user.name, tags, limits, now.date())
    if by:
        return Verdict(user, COMPLIANT, first_that_fits(exempt(user.name, by, stale, limits, now)), ages)
    return Verdict(user, NON_COMPLIANT, first_that_fits(flag(user.name, stale, limits, now)), ages)


def clear_young(user: User, limits: Limits, now: datetime) -> Verdict | None:
    """Clear a user younger than the shortest limit, unread: a key is never older than its user."""
    shortest = min(limits.max_age, limits.max_unused or limits.max_age)
    if now - user.created > shortest:
        return None
    says = f"{user.name} was created within {shortest.days} days and so were its access keys, if any."
    return Verdict(user, COMPLIANT, says)


def clear_keyless(user: User, generated: datetime) -> Verdict:
    """Clear a user who had no key at all when the report was generated: one made since is hours old."""
    says = f"{user.name} has no access key, by the credential report of {generated:%Y-%m-%d %H:%M} UTC."
    return Verdict(user, COMPLIANT, says)


def fresh(name: str, limits: Limits) -> str:
    """Say that no active key is stale."""
    unused = f" or unused for more than {limits.max_unused.days} days" if limits.max_unused else ""
    return f"No active access key of {name} is older than {limits.max_age.days} days{unused}."


def no_active_key(name: str) -> str:
    """Say that there is nothing to judge."""
    return f"{name} has no active access key."


def flag(name: str, keys: Sequence[AccessKey], limits: Limits, now: datetime) -> Iterator[str]:
    """Name the user and every stale key, with its age and what is wrong with it, in ever shorter words."""
    what = "a stale access key" if len(keys) == 1 else "stale access keys"
    yield f"{name} has {what}: {'; '.join(in_full(key, limits, now) for key in keys)}."
    yield f"{name} has {what}: {', '.join(in_short(key, limits, now) for key in keys)}."
    yield f"{name} has {what}: {', '.join(key.key_id for key in keys)}."
    yield from as_many_as_fit(f"{name} stale:", keys)


def exempt(name: str, by: str, keys: Sequence[AccessKey], limits: Limits, now: datetime) -> Iterator[str]:
    """Say by what the user is exempt, and from what, in ever shorter words."""
    parameter = by.partition(" ")[0]
    yield f"{name} is exempt by {by}: {'; '.join(in_full(key, limits, now) for key in keys)}."
    for shorter in (by, parameter):
        yield f"{name} is exempt by {shorter}: {', '.join(in_short(key, limits, now) for key in keys)}."
    yield from as_many_as_fit(f"{name} exempt by {parameter}:", keys)


def as_many_as_fit(start: str, keys: Sequence[AccessKey]) -> Iterator[str]:
    """Name all keys, then one fewer each time, and how many more there are."""
    ids = [key.key_id for key in keys]
    yield f"{start} {' '.join(ids)}"
    for count in reversed(range(len(ids))):
        yield f"{start} {' '.join([*ids[:count], f'and {len(ids) - count} more'])}"


def first_that_fits(texts: Iterable[str]) -> str:
    """Return the first text that Config takes; the last of each way to say it has room for any name."""
    return next(text for text in texts if len(text) <= LONGEST_ANNOTATION)


def in_full(key: AccessKey, limits: Limits, now: datetime) -> str:
    """Name a stale key, its age, and the limit that it is past."""
    age = now - key.created
    if is_too_old(key, limits, now):
        return f"{key.key_id} is {span(age, limits.max_age)} old (limit {limits.max_age.days})"
    limit = limits.max_unused or limits.max_age
    if key.last_used is None:
        return f"{key.key_id} is {span(age, limit)} old and was never used (limit {limit.days})"
    unused = span(now - key.last_used, limit)
    return f"{key.key_id} is {age.days} days old and was last used {unused} ago (limit {limit.days})"


def in_short(key: AccessKey, limits: Limits, now: datetime) -> str:
    """Name a stale key and its age, and how long it was not used if that is what is wrong."""
    unused = f", unused {(now - (key.last_used or key.created)).days} days"
    return (
        f"{key.key_id} ({(now - key.created).days} days old{'' if is_too_old(key, limits, now) else unused})"
    )


def span(age: timedelta, limit: timedelta) -> str:
    """Write out an age in days; in hours too, where whole days alone would look like the limit itself."""
    if age.days > limit.days:
        return f"{age.days} days"
    hours = (age - limit) // AN_HOUR
    return f"{age.days} days and {f'{hours} h' if hours else 'under an hour'}"
