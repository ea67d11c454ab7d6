"""aws:changeInstanceState.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-changestate.html
"""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed

_CALLS = {"running": "StartInstances", "stopped": "StopInstances", "terminated": "TerminateInstances"}
_GONE = {"shutting-down", "terminated"}


class ChangeInstanceState(StepRunner):
    """Start, stop or terminate instances, or only wait, until all have the desired state."""

    name = "aws:changeInstanceState"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Change, then look."""
        ids, desired = calling.several(inputs, "InstanceIds"), inputs["DesiredState"]
        if desired not in _CALLS:
            raise StepFailed(f"DesiredState is {desired!r}; it must be one of {', '.join(_CALLS)}")
        if not calling.flag(inputs, "CheckStateOnly"):
            only = {
                "running": {"AdditionalInfo": inputs.get("AdditionalInfo") or None},
                "stopped": {"Force": calling.flag(inputs, "Force")},
            }.get(desired, {})
            calling.ask(context, "ec2", _CALLS[desired], InstanceIds=ids, **only)
        unexpected = _GONE if desired != "terminated" else set()
        if desired == "running" and calling.flag(inputs, "FailOnUnexpectedStopped"):
            unexpected = unexpected | {"stopped"}
        calling.until(lambda: all_are(ids or [], desired, unexpected, context), context)
        return Result()


def states(ids: list[str], context: Context) -> list[str]:
    """Return the states of instances, in the account's own order."""
    answer = calling.ask(context, "ec2", "DescribeInstances", InstanceIds=ids)
    return [one["State"]["Name"] for held in answer["Reservations"] for one in held["Instances"]]


def all_are(ids: list[str], desired: str, unexpected: set[str], context: Context) -> list[str] | None:
    """Return the states once all are as desired, else None; raises StepFailed if one never will be."""
    found = states(ids, context)
    if wrong := unexpected.intersection(found):
        raise StepFailed(f"an instance is {', '.join(sorted(wrong))}, and {desired} was to come")
    return found if found and all(state == desired for state in found) else None
