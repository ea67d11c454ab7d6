"""aws:executeStateMachine.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeStateMachine.html
"""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed


class ExecuteStateMachine(StepRunner):
    """Run a state machine of Step Functions to its end."""

    name = "aws:executeStateMachine"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Start, and wait."""
        arguments = {name: calling.as_api_text(value) for name, value in inputs.items() if value != ""}
        arn = calling.ask(context, "stepfunctions", "StartExecution", **arguments)["executionArn"]
        ended = calling.until(lambda: _ended(arn, context), context)
        if ended["status"] != "SUCCEEDED":
            said = ": ".join(str(ended[name]) for name in ("error", "cause") if ended.get(name))
            raise StepFailed(f"execution {ended['name']} is {ended['status']}{': ' if said else ''}{said}")
        return Result(root=ended, outputs=ended)


def _ended(arn: str, context: Context) -> dict[str, Any] | None:
    found: dict[str, Any] = calling.ask(context, "stepfunctions", "DescribeExecution", executionArn=arn)
    return None if found["status"] in ("RUNNING", "PENDING_REDRIVE") else found
