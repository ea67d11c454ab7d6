"""How long and until when: the two ways in which a document writes time."""

import re
from datetime import UTC, datetime, timedelta

from rulebook.automation.language.limits import SLEEP_SECONDS

_DURATION = re.compile(
    r"P(?=.)(?:(?P<days>\d{1,9})D)?(?:T(?=.)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9}(?:\.\d+)?)S)?)?"
)


def duration(text: str) -> timedelta:
    """Read an ISO 8601 duration of days and smaller units, for example ``PT10M``.

    Raises:
        ValueError: it is none, or longer than seven days.
    """
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError(f"is {text!r}, no ISO 8601 duration like PT10M")
    length = timedelta(**{unit: float(number) for unit, number in match.groupdict().items() if number})
    if length > timedelta(seconds=SLEEP_SECONDS):
        raise ValueError(f"is {text!r}, longer than {SLEEP_SECONDS} seconds")
    return length


def instant(text: str) -> datetime:
    """Read a time like ``2020-01-01T01:00:00Z``.

    Raises:
        ValueError: it is none.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"is {text!r}, no time like 2020-01-01T01:00:00Z") from error
