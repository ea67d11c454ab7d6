"""aws:runInstances: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runinstance.html."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.actions.change_instance_state import all_are

# Inputs that the API has under another name, or in another form.
_OTHERWISE = frozenset(
    {
        "IamInstanceProfileArn",
        "IamInstanceProfileName",
        "MaxInstanceCount",
        "MinInstanceCount",
        "Monitoring",
        "SecurityGroupIds",
        "SecurityGroups",
        "UserData",
    }
)
_FLAGS = ("DisableApiTermination", "EbsOptimized")


class RunInstances(StepRunner):
    """Launch instances, and wait until they run."""

    name = "aws:runInstances"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Launch."""
        same = {name: value for name, value in inputs.items() if name not in _OTHERWISE and value != ""}
        same |= {name: calling.flag(inputs, name) for name in _FLAGS if name in same}
        started = calling.ask(context, "ec2", "RunInstances", **same, **_in_the_form_of_the_api(inputs))
        ids = [one["InstanceId"] for one in started["Instances"]]
        gone = {"shutting-down", "terminated", "stopped"}
        found = calling.until(lambda: all_are(ids, "running", gone, context), context)
        outputs = {"InstanceIds": ids, "InstanceStates": found}
        return Result(root=outputs, outputs=outputs)


def _in_the_form_of_the_api(inputs: Mapping[str, Any]) -> dict[str, Any]:
    profile = {
        key: inputs[name]
        for key, name in (("Arn", "IamInstanceProfileArn"), ("Name", "IamInstanceProfileName"))
        if inputs.get(name)
    }
    most = calling.number(inputs, "MaxInstanceCount") or 1
    monitoring = inputs.get("Monitoring")
    return {
        "IamInstanceProfile": profile or None,
        "MaxCount": most,
        "MinCount": calling.number(inputs, "MinInstanceCount") or 1,
        "Monitoring": monitoring
        if isinstance(monitoring, dict | None)
        else {"Enabled": calling.flag(inputs, "Monitoring")},
        "SecurityGroupIds": calling.several(inputs, "SecurityGroupIds"),
        "SecurityGroups": calling.several(inputs, "SecurityGroups"),
        "UserData": _plain(inputs["UserData"]) if inputs.get("UserData") else None,
    }


def _plain(user_data: str) -> str:
    """Return user data as boto3 takes it, which encodes it; the page wants it encoded in the document."""
    try:
        return base64.b64decode(user_data, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return user_data
