"""aws:createStack and aws:deleteStack.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-createstack.html and
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-deletestack.html
"""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed

_LISTS = ("Capabilities", "NotificationARNs", "ResourceTypes", "RetainResources")


class CreateStack(StepRunner):
    """Create a stack, and wait until it is complete."""

    name = "aws:createStack"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Create."""
        arguments = _arguments(inputs) | {
            "DisableRollback": calling.flag(inputs, "DisableRollback"),
            "TimeoutInMinutes": calling.number(inputs, "TimeoutInMinutes"),
        }
        stack_id = calling.ask(context, "cloudformation", "CreateStack", **arguments)["StackId"]
        stack = calling.until(lambda: _settled(stack_id, context), context)
        status, reason = stack["StackStatus"], stack.get("StackStatusReason", "")
        if status != "CREATE_COMPLETE":
            raise StepFailed(f"stack {inputs['StackName']} is {status}: {reason or 'see its events'}")
        outputs = {"StackId": stack_id, "StackStatus": status, "StackStatusReason": reason}
        return Result(root=outputs, outputs=outputs)


class DeleteStack(StepRunner):
    """Delete a stack, and wait until it is gone; one that is not there is gone already."""

    name = "aws:deleteStack"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Delete."""
        stack = _stack(inputs["StackName"], context)
        if stack and stack["StackStatus"] != "DELETE_COMPLETE":
            calling.ask(context, "cloudformation", "DeleteStack", **_arguments(inputs))
            left = calling.until(lambda: _settled(stack["StackId"], context), context)
            if left["StackStatus"] != "DELETE_COMPLETE":
                said = left.get("StackStatusReason") or "see its events"
                raise StepFailed(f"stack {inputs['StackName']} is {left['StackStatus']}: {said}")
        return Result(root="DELETE_COMPLETE")


def _arguments(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the API takes as it is; parameters and lists that are left empty are not given."""
    given = {name: value for name, value in inputs.items() if value not in ("", [], None)}
    given |= {name: calling.several(given, name) for name in _LISTS if name in given}
    if isinstance(body := given.get("TemplateBody"), list | dict):
        lines = isinstance(body, list) and all(isinstance(line, str) for line in body)
        given["TemplateBody"] = "\n".join(body) if lines else calling.as_api_text(body)
    return given


def _settled(stack_id: str, context: Context) -> dict[str, Any] | None:
    """Return a stack that nothing happens to; one that is not found has been deleted."""
    stack = _stack(stack_id, context) or {"StackStatus": "DELETE_COMPLETE"}
    return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack


def _stack(name: str, context: Context) -> dict[str, Any] | None:
    try:
        answer = calling.ask(context, "cloudformation", "DescribeStacks", StackName=name)
    except StepFailed as error:
        if "does not exist" in str(error):
            return None
        raise
    found: dict[str, Any] = answer["Stacks"][0]
    return found
