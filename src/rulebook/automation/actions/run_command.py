"""aws:runCommand: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runcommand.html."""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed

_ENDED = {"Success", "Cancelled", "Failed", "TimedOut"}
_LISTS = ("InstanceIds", "Targets")


class RunCommand(StepRunner):
    """Send a command to instances, and wait for all that it reached."""

    name = "aws:runCommand"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Send, and wait."""
        given = {name: value for name, value in inputs.items() if value not in ("", [], {}, None)}
        given |= {name: calling.several(given, name) for name in _LISTS if name in given}
        if "Parameters" in given:
            given["Parameters"] = {
                name: [calling.as_api_text(one) for one in (value if isinstance(value, list) else [value])]
                for name, value in given["Parameters"].items()
            }
        if "TimeoutSeconds" in given:
            given["TimeoutSeconds"] = calling.number(given, "TimeoutSeconds")
        command_id = calling.ask(context, "ssm", "SendCommand", **given)["Command"]["CommandId"]
        answered = calling.until(lambda: _answered(command_id, context), context)
        outputs = _outputs(command_id, answered)
        if outputs["Status"] != "Success":
            failed = ", ".join(
                f"{one['InstanceId']} {one['StatusDetails']}"
                for one in answered
                if one["Status"] != "Success"
            )
            raise StepFailed(f"command {command_id}: {failed}", outputs["Output"])
        return Result(root=outputs, outputs=outputs, log=outputs["Output"])


def _answered(command_id: str, context: Context) -> list[dict[str, Any]] | None:
    """Return what came of a command on every instance, once all have ended.

    Raises:
        StepFailed: it reached none.
    """
    command = calling.ask(context, "ssm", "ListCommands", CommandId=command_id)["Commands"][0]
    if command["Status"] not in _ENDED:
        return None
    found: list[dict[str, Any]] = calling.ask(
        context, "ssm", "ListCommandInvocations", CommandId=command_id, Details=True
    )["CommandInvocations"]
    if not found:
        said = command.get("StatusDetails") or command["Status"]
        raise StepFailed(f"command {command_id} reached no instance ({said})")
    return found


def _outputs(command_id: str, answered: list[dict[str, Any]]) -> dict[str, Any]:
    plugins = [plugin for one in answered for plugin in one.get("CommandPlugins", ())]
    codes = [plugin.get("ResponseCode", -1) for plugin in plugins]
    statuses = {one["Status"] for one in answered}
    return {
        "CommandId": command_id,
        "Status": "Success" if statuses == {"Success"} else min(statuses - {"Success"}),
        "ResponseCode": next((code for code in codes if code), 0),
        "Output": "\n".join(plugin.get("Output", "") for plugin in plugins),
    }
