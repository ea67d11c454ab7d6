"""aws:sleep: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-sleep.html."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed
from rulebook.automation.language.durations import duration, instant


class Sleep(StepRunner):
    """Wait for a duration, or until a time; a time that has passed is no wait."""

    name = "aws:sleep"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Wait."""
        try:
            seconds = _seconds(inputs)
        except (ValueError, TypeError) as error:
            raise StepFailed(f"{next(iter(inputs))} {error}") from error
        context.wait(seconds)
        return Result()


def _seconds(inputs: Mapping[str, Any]) -> float:
    if "Duration" in inputs:
        return duration(inputs["Duration"]).total_seconds()
    return max(0.0, (instant(inputs["Timestamp"]) - datetime.now(UTC)).total_seconds())
