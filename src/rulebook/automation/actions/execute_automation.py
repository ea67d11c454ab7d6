"""aws:executeAutomation.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAutomation.html

A document that stands beside this one runs here, as the same caller; any other is started in the account, and
so is one that shall run for many targets, each at a time of its own.
"""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import ENDED_BY, StepCancelled, StepEnded, StepFailed, StepTimedOut

_RUNNING = {"Pending", "InProgress", "Waiting", "Cancelling", "RunbookInProgress", "Scheduled"}
_MANY = ("TargetLocations", "TargetMaps", "TargetParameterName", "Targets")
_AS_THEY_ARE = (*_MANY, "MaxConcurrency", "MaxErrors", "Tags")
_TO_STOP = 20.0  # seconds in which an execution in the account is asked to stop


class ExecuteAutomation(StepRunner):
    """Run another document to its end."""

    name = "aws:executeAutomation"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Run it here or there."""
        name = inputs["DocumentName"].rpartition("/")[2]
        parameters = inputs.get("RuntimeParameters") or {}
        if not isinstance(parameters, dict):
            raise StepFailed(f"RuntimeParameters is {str(parameters)[:80]!r}; it must be an object")
        many = any(inputs.get(one) for one in _MANY)
        beside = None if many else context.execution.surroundings.document(name)
        if beside is None:
            return _in_the_account(inputs, parameters, context)
        done = context.execution.run_document(beside, parameters, context)
        texts = [text for value in done.outputs.values() for text in _texts(value)]
        return _result(name, done.execution_id, done.status, done.failure_message, texts)


def _in_the_account(inputs: Mapping[str, Any], parameters: dict[str, Any], context: Context) -> Result:
    started = calling.ask(
        context,
        "ssm",
        "StartAutomationExecution",
        DocumentName=inputs["DocumentName"],
        DocumentVersion=inputs.get("DocumentVersion") or None,
        Parameters={name: _texts(value) for name, value in parameters.items() if value != ""} or None,
        **{one: inputs[one] for one in _AS_THEY_ARE if inputs.get(one)},
    )
    execution_id = started["AutomationExecutionId"]
    try:
        ended = calling.until(lambda: _ended(execution_id, context), context)
    except (StepTimedOut, StepCancelled):
        _stop(execution_id, context)
        raise
    texts = [text for values in ended.get("Outputs", {}).values() for text in values]
    status, said = ended["AutomationExecutionStatus"], ended.get("FailureMessage", "")
    return _result(inputs["DocumentName"], execution_id, status, said, texts)


def _ended(execution_id: str, context: Context) -> dict[str, Any] | None:
    answer = calling.ask(context, "ssm", "GetAutomationExecution", AutomationExecutionId=execution_id)
    found: dict[str, Any] = answer["AutomationExecution"]
    return None if found["AutomationExecutionStatus"] in _RUNNING else found


def _stop(execution_id: str, context: Context) -> None:
    """Ask the account to stop an execution; one that has ended meanwhile refuses."""
    soon = Context(context.environment, threading.Event(), time.monotonic() + _TO_STOP, context.caller)
    with suppress(StepEnded):
        calling.ask(soon, "ssm", "StopAutomationExecution", AutomationExecutionId=execution_id)


def _result(name: str, execution_id: str, status: str, said: str, texts: list[str]) -> Result:
    if status != "Success":
        ended = next((kind for known, kind in ENDED_BY.items() if known == status), StepFailed)
        raise ended(f"{name} ({execution_id}) is {status}: {said}")
    outputs = {"ExecutionId": execution_id, "Status": status, "Output": texts}
    return Result(root=outputs, outputs=outputs)


def _texts(value: Any) -> list[str]:
    """Write a value as the API has it: a list of texts."""
    return (
        [calling.as_api_text(one) for one in value]
        if isinstance(value, list)
        else [calling.as_api_text(value)]
    )
