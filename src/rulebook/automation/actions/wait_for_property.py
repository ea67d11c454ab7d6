"""aws:waitForAwsResourceProperty.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-waitForAwsResourceProperty.html
"""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import properties
from rulebook.automation.actions.base import Result, StepContext, StepRunner

_PAUSE = 1.0  # seconds between two reads; the service's own is not documented


class WaitForAwsResourceProperty(StepRunner):
    """Read a property of an API's response until it has one of the desired values, or time is up."""

    name = "aws:waitForAwsResourceProperty"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Read until it is so."""
        while properties.difference(inputs, context):
            context.wait(_PAUSE)
        return Result()
