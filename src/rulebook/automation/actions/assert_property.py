"""aws:assertAwsResourceProperty.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-assertAwsResourceProperty.html
"""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import properties
from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed


class AssertAwsResourceProperty(StepRunner):
    """Fail unless a property of an API's response has one of the desired values."""

    name = "aws:assertAwsResourceProperty"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Read once."""
        if wrong := properties.difference(inputs, context):
            raise StepFailed(wrong)
        return Result()
