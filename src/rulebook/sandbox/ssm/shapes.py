"""Executions in the shapes of the API; those of a step are in ``automation.shapes``."""

from typing import Any

from rulebook.automation import NO_OUTPUT
from rulebook.automation.shapes import step, values, without_none
from rulebook.sandbox.ssm.records import ExecutionRecord

__all__ = ["execution", "metadata", "step"]


def execution(record: ExecutionRecord) -> dict[str, Any]:
    """Return an AutomationExecution."""
    return _common(record) | {
        "StepExecutions": [step(one) for one in record.steps],
        "StepExecutionsTruncated": False,
        "Parameters": {name: values(value) for name, value in record.parameters.items()},
    }


def metadata(record: ExecutionRecord) -> dict[str, Any]:
    """Return an AutomationExecutionMetadata."""
    return _common(record) | {"AutomationType": "Local", "LogFile": ""}


def _common(record: ExecutionRecord) -> dict[str, Any]:
    current = record.current
    return without_none(
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
