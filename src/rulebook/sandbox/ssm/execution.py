"""Run executions in the background, a few at a time, and keep their records up to date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from rulebook import automation
from rulebook.sandbox.ssm import records
from rulebook.sandbox.ssm.records import ExecutionRecord
from rulebook.sandbox.workers import Workers

AT_ONCE = 4  # AWS runs a hundred; each is a process, and this machine has a few cores

_workers = Workers("ssm-automation", AT_ONCE)


def launch(record: ExecutionRecord, planned: automation.Plan, environment: Mapping[str, str]) -> None:
    """Queue an execution; ``Pending`` until one of the places is free."""
    record.steps = [automation.StepExecution(step, "Pending", step.inputs) for step in planned.steps.values()]
    _workers.submit(lambda: _run(record, planned, environment), record.stop)


def cancel(record: ExecutionRecord) -> None:
    """End an execution that has not ended: at once if it waits, else when its step has been ended."""
    record.stop.set()
    if record.status == "Pending":
        _end(record, "Cancelled", "")
    else:
        record.status = "Cancelling"


def _run(record: ExecutionRecord, planned: automation.Plan, environment: Mapping[str, str]) -> None:
    with records.changing:
        if record.status in records.ENDED:
            return
        record.status = "InProgress"
    try:
        done = automation.execute(
            planned,
            record.parameters,
            environment,
            on_step=lambda step: _note(record, step),
            stop=record.stop,
            execution_id=record.execution_id,
        )
    except BaseException as defect:
        _end(record, "Failed", f"Internal Server Error: {defect!r}")
        raise
    else:
        record.outputs = done.outputs
        _end(record, done.status, done.failure_message)


def _end(record: ExecutionRecord, status: str, message: str) -> None:
    with records.changing:
        record.failure_message = message
        record.ended = datetime.now(UTC)
        record.status = status  # the last: who polls for it finds everything else in place


def _note(record: ExecutionRecord, told: automation.StepExecution) -> None:
    """Take over what the runner tells of a step as it begins and ends; one that begins again is added."""
    latest = max(index for index, step in enumerate(record.steps) if step.name == told.name)
    if told.status == "InProgress" and record.steps[latest].status != "Pending":
        record.steps = [*record.steps, told]
    else:
        record.steps[latest] = replace(told, step_id=record.steps[latest].step_id)
