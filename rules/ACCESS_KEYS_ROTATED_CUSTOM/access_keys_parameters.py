"""What a run is given: parameters, parsed once, and time.

Whatever is wrong with the parameters leaves as InvalidParametersError.

The limits, the patterns and their readers are the same text in the runbook's script; a test compares them.
"""

import math
import re
import reprlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from rdklib import InvalidParametersError

RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
OWN = ("maxAccessKeyAge", "maxCredentialUsageAge", "exemptUsers", "exemptTag")
RESERVE = 5.0  # seconds for rdklib to read the old results and to report the new ones
RESERVE_A_USER = 0.002  # a hundred users a call, and rdklib looks each up among all of them
RDKLIBS = ("ExecutionRoleName", "ExecutionRoleRegion", "AssumeRoleMode")

LONGEST = 3650  # days
DAYS = re.compile(r"[1-9][0-9]{0,3}")
EXEMPT_USER = re.compile(r"\s*([A-Za-z0-9_+=.@*?-]{1,128})(?::([0-9]{4}-[0-9]{2}-[0-9]{2}))?\s*")
EXEMPT_TAG = re.compile(r" *[A-Za-z0-9_.:/+@-][A-Za-z0-9 _.:/+@-]{0,127}(=[A-Za-z0-9 _.:/+@=-]{0,256})?")


class Limits(NamedTuple):
    """What makes an active key stale, and whom to leave alone."""

    max_age: timedelta
    max_unused: timedelta | None = None  # None: not checked
    exempt_users: tuple[tuple[str, date | None], ...] = ()  # pattern, last day (UTC) on which it holds
    exempt_tag: str = ""  # Key or Key=Value, no blanks around either; empty: none


def read_days(text: str) -> timedelta:
    """Read a number of days; ValueError says what is allowed."""
    if not DAYS.fullmatch(text) or int(text) > LONGEST:
        raise ValueError(f"a whole number of days from 1 to {LONGEST}")
    return timedelta(days=int(text))


def read_exempt_users(text: str) -> tuple[tuple[str, date | None], ...]:
    """Read user name patterns, each with the last day on which it holds; ValueError says what is allowed."""
    entries = []
    for entry in text.split(",") if text else []:
        match = EXEMPT_USER.fullmatch(entry)
        if not match:
            raise ValueError(
                "comma-separated user name patterns (* and ?), each with :YYYY-MM-DD at its end if it ends;"
                f" {entry!r} is none"
            )
        try:
            entries.append((match[1], date.fromisoformat(match[2]) if match[2] else None))
        except ValueError:  # well formed, but the calendar has no such day
            raise ValueError(
                f"user name patterns with days of the calendar; there is no {match[2]}"
            ) from None
    return tuple(entries)


def read_exempt_tag(text: str) -> str:
    """Read ``Key`` or ``Key=Value``, blanks around either taken away; ValueError says what is allowed."""
    if text and not EXEMPT_TAG.fullmatch(text):
        raise ValueError("Key or Key=Value of a tag")
    return "=".join(part.strip() for part in text.split("=", 1))


READERS: dict[str, Callable[[str], Any]] = dict(
    zip(OWN, (read_days, read_days, read_exempt_users, read_exempt_tag), strict=True)
)
DEFAULTS: dict[str, Any] = {"maxAccessKeyAge": "90", "exemptUsers": "", "exemptTag": ""}


def parse_parameters(given: Mapping[str, Any]) -> Limits:
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
    present = DEFAULTS | {name: given[name] for name in OWN if name in given and given[name] != ""}
    values: list[Any] = [_read(name, present[name]) if name in present else None for name in OWN]
    return Limits(*values)


def _read(name: str, raw: Any) -> Any:
    if type(raw) is int and READERS[name] is read_days and abs(raw) <= LONGEST:  # a bool is no number of days
        raw = str(raw)
    try:
        if not isinstance(raw, str) and READERS[name] is not read_days:
            raise ValueError("text")  # noqa: TRY301 - refused like any other value
        return READERS[name](raw if isinstance(raw, str) else "")
    except ValueError as refused:
        raise InvalidParametersError(f"{name} of {RULE} must be {refused}, not {shown(raw)}.") from None


def shown(raw: Any) -> str:
    """Show a value in a message, shortened."""
    try:
        return reprlib.repr(raw)
    except (ValueError, RecursionError):  # Python refuses to write out an integer of thousands of digits
        return f"a huge {type(raw).__name__}"


class OutOfTime(RuntimeError):
    """The function would end before every user is judged; nothing was reported."""


class Deadline(NamedTuple):
    """When the rule must have judged; by Lambda's ``context.get_remaining_time_in_millis``, None: never."""

    remaining_milliseconds: Callable[[], int] | None = None

    def seconds_left(self) -> float:
        """Return the time left, endless where nothing ends the rule."""
        return self.remaining_milliseconds() / 1000 if self.remaining_milliseconds else math.inf

    def check(self, done: int, users: int) -> None:
        """Raise OutOfTime if the time left is needed for reporting; ``users``: how many are known of."""
        left = self.seconds_left()
        if left < RESERVE + RESERVE_A_USER * users:
            raise OutOfTime(
                f"{RULE} has judged {done} of {users} users and stops with {left:.1f} seconds left; nothing"
                f" was reported. Give it more time: `rdk deploy {RULE} --lambda-timeout 900`."
            )
