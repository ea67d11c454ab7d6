"""Executions and steps in the shapes of the API: botocore's names, values as lists of strings."""

from __future__ import annotations

import json
from typing import Any

from rulebook.automation import NO_OUTPUT, StepExecution
from rulebook.sandbox.ssm.records import Execution


def execution(record: Execution) -> dict[str, Any]:
    """Return an AutomationExecution."""
    return _common(record) | {
        "StepExecutions": [step(one) for one in record.steps],
        "StepExecutionsTruncated": False,
        "Parameters": {name: values(value) for name, value in record.parameters.items()},
    }


def metadata(record: Execution) -> dict[str, Any]:
    """Return an AutomationExecutionMetadata."""
    return _common(record) | {"AutomationType": "Local", "LogFile": ""}


def _common(record: Execution) -> dict[str, Any]:
    current = record.current
    return _without_none(
        {
            "AutomationExecutionId": record.execution_id,
            "DocumentName": record.document_name,
            "DocumentVersion": record.document_version,
            "ExecutionStartTime": record.started,
            "ExecutionEndTime": record.ended,
            "AutomationExecutionStatus": record.status,
            "Outputs": {
                name: values(record.outputs.get(name, NO_OUTPUT)) for name in record.declared_outputs
            },
            "FailureMessage": record.failure_message or None,
            "Mode": "Auto",
            "ExecutedBy": record.executed_by,
            "CurrentStepName": current.name if current else None,
            "CurrentAction": current.action if current else None,
            "Targets": [],
            "ResolvedTargets": {"ParameterValues": [], "Truncated": False},
        }
    )


def step(record: StepExecution) -> dict[str, Any]:
    """Return a StepExecution. Each input is JSON text, as on AWS: a string has quotes of its own."""
    planned = record.step
    return _without_none(
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


def _without_none(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if value is not None}
