"""aws:executeScript: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html."""

from collections.abc import Mapping
from typing import Any

from rulebook.automation import script_process
from rulebook.automation.actions import attachments
from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed
from rulebook.automation.language import limits


class ExecuteScript(StepRunner):
    """Call the handler of a script, which runs in a process of its own under this Python."""

    name = "aws:executeScript"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Return the handler's value as ``Payload``."""
        ran = script_process.run_script(
            inputs.get("Script", ""),
            inputs["Handler"],
            inputs.get("InputPayload", {}),
            context,
            max_output=limits.SCRIPT_OUTPUT,
            attach=attachments.unpacking(inputs.get("Attachment"), context.execution),
        )
        if ran.error:
            raise StepFailed(str(ran.error), ran.log, ran.error.trace)
        payload = _cut(ran.payload)
        root = {"Payload": payload}
        return Result(root=root, outputs={"OutputPayload": root, "Payload": payload}, log=ran.log)


def _cut(value: Any) -> Any:
    """Return the value with every list cut as the service cuts it."""
    if isinstance(value, list):
        return [_cut(item) for item in value[: limits.SCRIPT_ITEMS]]
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in value.items()}
    return value
