"""The rule's parameters, parsed once; whatever is wrong with them leaves as InvalidParametersError."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from rdklib import InvalidParametersError

RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
CREATE_DATE = "CreateDate"
LAST_ROTATED = "LastRotated"
LONGEST = 3650

# The runbook's parameters have these patterns too, so that whatever the rule accepts, the runbook accepts.
DAYS = r"[1-9][0-9]{0,3}"
EXEMPT_USER = r"\s*([A-Za-z0-9_+=.@*?-]{1,128})(?::([0-9]{4}-[0-9]{2}-[0-9]{2}))?\s*"
EXEMPT_TAG = r"[A-Za-z0-9 _.:/+@-]{1,128}(=[A-Za-z0-9 _.:/+@=-]{0,256})?"

OWN = ("maxAccessKeyAge", "maxCredentialUsageAge", "exemptUsers", "exemptTag", "ageBasis")
RDKLIBS = ("ExecutionRoleName", "ExecutionRoleRegion", "AssumeRoleMode")


class ExemptUser(NamedTuple):
    """One entry of exemptUsers.

    Attributes:
        pattern: a user name; ``*`` stands for any text, ``?`` for one character.
        last_day: the last day (UTC) on which it holds; without one it always holds.
    """

    pattern: str
    last_day: date | None = None


@dataclass(frozen=True)
class Parameters:
    """What makes a key stale, and whom to leave alone.

    Attributes:
        max_access_key_age: an active key older than this is stale.
        max_credential_usage_age: an active key unused for longer than this is stale too; None: not checked.
        exempt_users: user name patterns.
        exempt_tag: ``Key`` or ``Key=Value``; empty: none.
        age_basis: ``CreateDate`` or ``LastRotated``.
    """

    max_access_key_age: timedelta = timedelta(days=90)
    max_credential_usage_age: timedelta | None = None
    exempt_users: tuple[ExemptUser, ...] = ()
    exempt_tag: str = ""
    age_basis: str = CREATE_DATE

    @property
    def shortest(self) -> timedelta:
        """No key younger than this can be stale."""
        return min(self.max_access_key_age, self.max_credential_usage_age or self.max_access_key_age)


def parse_parameters(given: Mapping[str, Any]) -> Parameters:
    """Read the rule's parameters, strings or JSON values; an empty text means not given.

    Raises:
        InvalidParametersError: names the parameter, its value and what is allowed.
    """
    if not isinstance(given, Mapping):
        raise InvalidParametersError(f"The parameters of {RULE} must be a JSON object, not {shown(given)}.")
    for name in given:
        if name not in OWN + RDKLIBS:
            raise InvalidParametersError(
                f"{RULE} has no parameter {shown(name)} (here {shown(given[name])}); it has {', '.join(OWN)}."
            )
    present = {name: given[name] for name in OWN if name in given and given[name] != ""}
    standard = Parameters()
    return Parameters(
        _days(present, "maxAccessKeyAge") or standard.max_access_key_age,
        _days(present, "maxCredentialUsageAge"),
        _exempt_users(present.get("exemptUsers", "")),
        _exempt_tag(present.get("exemptTag", "")),
        _age_basis(present.get("ageBasis", standard.age_basis)),
    )


def _days(present: Mapping[str, Any], name: str) -> timedelta | None:
    if name not in present:
        return None
    raw = present[name]
    text = (
        str(raw) if type(raw) is int and 0 < raw <= LONGEST else raw
    )  # a bool is an int, but no number of days
    if not isinstance(text, str) or not re.fullmatch(DAYS, text) or int(text) > LONGEST:
        raise _refused(name, raw, f"a whole number of days from 1 to {LONGEST}")
    return timedelta(days=int(text))


def _exempt_users(raw: Any) -> tuple[ExemptUser, ...]:
    if not isinstance(raw, str):
        raise _refused("exemptUsers", raw, "text: user name patterns with commas between them")
    return tuple(_exempt_user(raw, entry) for entry in raw.split(",")) if raw else ()


def _exempt_user(raw: str, entry: str) -> ExemptUser:
    allowed = "comma-separated user name patterns (* and ?), each with :YYYY-MM-DD at its end if it ends"
    match = re.fullmatch(EXEMPT_USER, entry)
    if not match:
        raise _refused("exemptUsers", raw, f"{allowed}; {shown(entry)} is none")
    try:
        return ExemptUser(match[1], date.fromisoformat(match[2]) if match[2] else None)
    except ValueError:  # well formed, but the calendar has no such day
        raise _refused("exemptUsers", raw, f"{allowed}; there is no day {match[2]}") from None


def _exempt_tag(raw: Any) -> str:
    if not isinstance(raw, str) or (raw and not re.fullmatch(EXEMPT_TAG, raw)):
        raise _refused("exemptTag", raw, "Key or Key=Value of a tag")
    return raw


def _age_basis(raw: Any) -> str:
    if not isinstance(raw, str) or raw not in (CREATE_DATE, LAST_ROTATED):
        raise _refused("ageBasis", raw, f"{CREATE_DATE} or {LAST_ROTATED}")
    return raw


def _refused(name: str, raw: Any, allowed: str) -> InvalidParametersError:
    return InvalidParametersError(f"{name} of {RULE} must be {allowed}, not {shown(raw)}.")


def shown(raw: Any) -> str:
    """Show a value in a message, shortened."""
    try:
        return reprlib.repr(raw)
    except (ValueError, RecursionError):  # Python refuses to write out an integer of thousands of digits
        return f"a huge {type(raw).__name__}"
