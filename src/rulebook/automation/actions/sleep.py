"""aws:sleep: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-sleep.html."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rulebook.automation.actions.base import Action, Context, Result, unknown
from rulebook.automation.failures import StepFailed

LONGEST = timedelta(seconds=604_799)
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
        raise ValueError(f"inputs.Duration {text!r} is no ISO 8601 duration like PT10M")
    length = timedelta(**{unit: float(number) for unit, number in match.groupdict().items() if number})
    if length > LONGEST:
        raise ValueError(f"inputs.Duration {text!r} is longer than {LONGEST.total_seconds():.0f} seconds")
    return length


def instant(text: str) -> datetime:
    """Read a time like ``2020-01-01T01:00:00Z``.

    Raises:
        ValueError: it is none.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"inputs.Timestamp {text!r} is no time like 2020-01-01T01:00:00Z") from error


class Sleep(Action):
    """Wait for a duration, or until a time; a time that has passed is no wait."""

    name = "aws:sleep"
    max_seconds = 7 * 24 * 3600

    def problems(self, inputs: Mapping[str, Any]) -> Iterator[str]:
        """Ask for one of the two, in its format unless it holds a reference."""
        yield from unknown(inputs, "Duration", "Timestamp")
        if len(inputs) != 1:
            yield "inputs must be either Duration or Timestamp"
        elif not isinstance(next(iter(inputs.values())), str):
            yield "inputs must be text"
        elif "{{" not in next(iter(inputs.values())):
            try:
                _seconds(inputs)
            except ValueError as error:
                yield str(error)

    def run(self, inputs: Mapping[str, Any], context: Context) -> Result:
        """Wait."""
        try:
            seconds = _seconds(inputs)
        except (ValueError, TypeError) as error:
            raise StepFailed(str(error)) from error
        context.wait(seconds)
        return Result()


def _seconds(inputs: Mapping[str, Any]) -> float:
    if "Duration" in inputs:
        return duration(inputs["Duration"]).total_seconds()
    return max(0.0, (instant(inputs["Timestamp"]) - datetime.now(UTC)).total_seconds())
