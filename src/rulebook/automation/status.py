"""The service's words for what became of a step or an execution."""

from typing import Literal

Status = Literal["Pending", "InProgress", "Success", "Failed", "TimedOut", "Cancelled"]

# What the service gives for an output of a step that did not run or did not succeed.
# https://docs.aws.amazon.com/cli/latest/reference/ssm/describe-automation-executions.html
NO_OUTPUT = "No output available yet because the step is not successfully executed"
