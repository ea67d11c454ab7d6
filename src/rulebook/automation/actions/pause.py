"""aws:pause: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-pause.html."""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed
from rulebook.automation.surroundings import Question


class Pause(StepRunner):
    """Wait until somebody says to go on."""

    name = "aws:pause"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Ask."""
        question = Question(context.name, self.name, str(inputs.get("Message", "")))
        said = context.execution.surroundings.ask(question)
        if said is None:
            raise StepFailed("it pauses, and nobody is there to resume it (--approve STEP)")
        if not said:
            raise StepFailed("it was not resumed")
        return Result()
