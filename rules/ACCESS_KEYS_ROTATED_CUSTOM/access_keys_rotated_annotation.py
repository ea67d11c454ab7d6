"""The annotations: what is wrong in words a person can act on, within Config's 256 characters, never cut."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from access_keys_rotated_parameters import Parameters
    from access_keys_rotated_records import AccessKey

LONGEST = 256
AN_HOUR = timedelta(hours=1)


def stale(name: str, keys: Sequence[AccessKey], parameters: Parameters, now: datetime) -> str:
    """Name the user and every stale key, with its age and what is wrong with it."""
    what = "a stale access key" if len(keys) == 1 else "stale access keys"
    return _first_that_fits(
        f"{name} has {what}: {_in_full(keys, parameters, now)}.",
        f"{name} has {what}: {_in_short(keys, parameters, now)}.",
        f"{name} has {what}.",
    )


def exempt(name: str, by: str, keys: Sequence[AccessKey], parameters: Parameters, now: datetime) -> str:
    """Say by what the user is exempt, and from what."""
    return _first_that_fits(
        f"{name} is exempt by {by}: {_in_full(keys, parameters, now)}.",
        f"{name} is exempt by {by}: {_in_short(keys, parameters, now)}.",
        f"{name} is exempt by {by.partition(' ')[0]}: {_in_short(keys, parameters, now)}.",
        f"{name} is exempt by {by.partition(' ')[0]} from having stale access keys.",
    )


def fresh(name: str, parameters: Parameters) -> str:
    """Say that no active key is stale."""
    return f"No active access key of {name} is {_limits(parameters)}."


def clear_by_report(name: str, parameters: Parameters) -> str:
    """Say the same where the report alone decided."""
    return f"No active access key of {name} is {_limits(parameters)}, by the credential report."


def no_active_key(name: str) -> str:
    """Say that there is nothing to judge."""
    return f"{name} has no active access key."


def too_young(name: str, parameters: Parameters) -> str:
    """Say that the user is too young to have a stale key."""
    return f"{name} was created within {parameters.shortest.days} days and so were its access keys, if any."


def _limits(parameters: Parameters) -> str:
    age = f"older than {parameters.max_access_key_age.days} days"
    unused = parameters.max_credential_usage_age
    return f"{age} or unused for more than {unused.days} days" if unused else age


def _in_full(keys: Sequence[AccessKey], parameters: Parameters, now: datetime) -> str:
    return "; ".join(f"{key.key_id} {_reason(key, parameters, now)}" for key in keys)


def _in_short(keys: Sequence[AccessKey], parameters: Parameters, now: datetime) -> str:
    return ", ".join(f"{key.key_id} ({_in_brief(key, parameters, now)})" for key in keys)


def _in_brief(key: AccessKey, parameters: Parameters, now: datetime) -> str:
    age = f"{(now - key.since).days} days old"
    if now - key.since > parameters.max_access_key_age:
        return age
    return f"{age}, unused {(now - (key.last_used or key.since)).days} days"


def _reason(key: AccessKey, parameters: Parameters, now: datetime) -> str:
    age, limit = now - key.since, parameters.max_access_key_age
    if age > limit:
        how = f"was last rotated {_span(age, limit)} ago" if key.rotated else f"is {_span(age, limit)} old"
        return f"{how} (limit {limit.days})"
    limit = parameters.max_credential_usage_age or limit
    if key.last_used is None:
        return f"is {_span(age, limit)} old and was never used (limit {limit.days})"
    unused = _span(now - key.last_used, limit)
    return f"is {age.days} days old and was last used {unused} ago (limit {limit.days})"


def _span(age: timedelta, limit: timedelta) -> str:
    """Write out an age in days; in hours too, where whole days alone would look like the limit itself."""
    if age.days > limit.days:
        return f"{age.days} days"
    hours = (age - limit) // AN_HOUR
    return f"{age.days} days and {f'{hours} h' if hours else 'under an hour'}"


def _first_that_fits(*texts: str) -> str:
    return next((text for text in texts if len(text) <= LONGEST), texts[-1])
