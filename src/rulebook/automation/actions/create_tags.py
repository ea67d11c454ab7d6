"""aws:createTags: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-createtag.html."""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Result, StepContext, StepRunner


class CreateTags(StepRunner):
    """Put tags on resources of EC2, or of Systems Manager."""

    name = "aws:createTags"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Tag."""
        ids, tags = calling.several(inputs, "ResourceIds") or [], inputs["Tags"]
        kind = inputs.get("ResourceType") or "EC2"
        if kind == "EC2":
            calling.ask(context, "ec2", "CreateTags", Resources=ids, Tags=tags)
        else:
            for one in ids:
                calling.ask(context, "ssm", "AddTagsToResource", ResourceType=kind, ResourceId=one, Tags=tags)
        return Result()
