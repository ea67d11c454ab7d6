"""aws:updateVariable: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-update-variable.html."""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.language.system_variables import VARIABLE


class UpdateVariable(StepRunner):
    """Give a variable of the document another value."""

    name = "aws:updateVariable"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Assign; ``variable:`` may stand before the name or not."""
        name = str(inputs["Name"]).removeprefix(f"{VARIABLE}:")
        context.execution.assign_variable(f"{VARIABLE}:{name}", inputs["Value"])
        return Result()
