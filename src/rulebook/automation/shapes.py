"""A step and its values in the shapes of the API: botocore's names, values as lists of strings."""

import json
from typing import Any

from rulebook.automation.execution import StepExecution


def step(record: StepExecution) -> dict[str, Any]:
    """Return a StepExecution. Each input is JSON text, as on AWS: a string has quotes of its own."""
    planned = record.step
    return without_none(
        {
            "StepName": record.name,
            "Action": record.action,
            "TimeoutSeconds": planned.timeout_seconds,
            "OnFailure": planned.on_failure,
            "MaxAttempts": planned.max_attempts,
            "ExecutionStartTime": record.started,
            "ExecutionEndTime": record.ended,
            "StepStatus": record.status,
            "Inputs": {name: json.dumps(value) for name, value in record.inputs.items()},
            "Outputs": {name: values(value) for name, value in record.outputs.items()},
            "FailureMessage": record.failure_message or None,
            "StepExecutionId": record.step_id,
            "OverriddenParameters": {},
            "IsEnd": planned.is_end,
            "NextStep": planned.next_step,
            "IsCritical": planned.is_critical,
            "ValidNextSteps": [planned.next_step] if planned.next_step else [],
        }
    )


def values(value: Any) -> list[str]:
    """Return a value as the API's list of strings: a list item by item, what is no string as JSON text."""
    return [_text(item) for item in value] if isinstance(value, list) else [_text(value)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def without_none(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape without the members that have no value."""
    return {name: value for name, value in shape.items() if value is not None}
