"""A remediation's runbook: what Systems Manager is told, and what Config makes of its answers."""

from typing import Any

from moto.core.exceptions import JsonRESTError

from rulebook.sandbox import ssm
from rulebook.sandbox.config import state, times
from rulebook.sandbox.config.remediations import document_of_target
from rulebook.sandbox.config.state import Key, RemediationStep, Run

# Any other state is a failure to Config.
RUN_STATES = {
    "Pending": "QUEUED",
    "InProgress": "IN_PROGRESS",
    "Cancelling": "IN_PROGRESS",
    "Success": "SUCCEEDED",
}
STEP_STATES = {
    "Pending": "PENDING",
    "InProgress": "IN_PROGRESS",
    "Success": "SUCCEEDED",
    "Cancelled": "EXITED",
}


def start_remediation(
    account_id: str, region: str, configuration: dict[str, Any], resource_id: str
) -> tuple[str, RemediationStep | None]:
    """Start the runbook for one resource; return the execution's id, or a step that shows the refusal."""
    name = document_of_target(configuration["TargetId"])
    passed, version = runbook_parameters(configuration, resource_id), configuration.get("TargetVersion")
    try:
        return ssm.start_execution(account_id, region, name, passed, document_version=version), None
    except JsonRESTError as refusal:
        error = f"{refusal.error_type}: {refusal.message}"
        now = state.now()
        return "", state.RemediationStep("StartAutomationExecution", "FAILED", error, now, now)


def runbook_parameters(configuration: dict[str, Any], resource_id: str) -> dict[str, list[str]]:
    """Return the runbook's parameters: static values as they are, the resource id where it is asked for."""
    return {
        name: list(value["StaticValue"]["Values"]) if value.get("StaticValue") else [resource_id]
        for name, value in (configuration.get("Parameters") or {}).items()
    }


def remediation_progress(
    account_id: str, region: str, execution_id: str
) -> tuple[str, list[RemediationStep]]:
    """Return Config's state of an execution, and its steps."""
    execution = ssm.get_execution(account_id, region, execution_id)
    steps = [
        state.RemediationStep(
            one.name, STEP_STATES.get(one.status, "FAILED"), one.failure_message or "", one.started, one.ended
        )
        for one in execution.steps
    ]
    shown = RUN_STATES.get(execution.status, "FAILED")
    if shown == "FAILED" and all(step.state != "FAILED" for step in steps) and execution.failure_message:
        steps.append(state.RemediationStep("AutomationExecution", "FAILED", execution.failure_message))
    return shown, steps


def as_status(key: Key, run: Run) -> dict[str, Any]:
    """Return one remediation as DescribeRemediationExecutionStatus shows it."""
    return {
        "ResourceKey": {"resourceType": key[0], "resourceId": key[1]},
        "State": run.state,
        "StepDetails": [_as_step(step) for step in run.steps],
        **times.written(InvocationTime=run.invoked, LastUpdatedTime=run.updated),
    }


def _as_step(step: RemediationStep) -> dict[str, Any]:
    return {
        "Name": step.name,
        "State": step.state,
        **({"ErrorMessage": step.error} if step.error else {}),
        **times.written(StartTime=step.started, StopTime=step.ended),
    }
