"""Run executions in the background, a few at a time, and keep their records up to date."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from rulebook import automation
from rulebook.automation import references
from rulebook.automation.plan import plan
from rulebook.errors import DocumentError, RulebookError
from rulebook.sandbox.ssm import records
from rulebook.sandbox.ssm.records import Execution, Step
from rulebook.sandbox.workers import Workers

AT_ONCE = 4  # AWS runs a hundred; each is a process, and this machine has a few cores

_workers = Workers("ssm-automation", AT_ONCE)


def launch(
    record: Execution,
    document: Mapping[str, Any],
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
) -> None:
    """Queue an execution; ``Pending`` until one of the places is free."""
    with suppress(DocumentError):  # it says so when it runs
        record.steps = _planned(document)
    _workers.submit(lambda: _run(record, document, parameters, environment), record.stop)


def cancel(record: Execution) -> None:
    """End an execution that has not ended: at once if it waits, else when its step has been ended."""
    record.stop.set()
    if record.status == "Pending":
        _end(record, "Cancelled", "")
    else:
        record.status = "Cancelling"


def _run(
    record: Execution,
    document: Mapping[str, Any],
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
) -> None:
    with records.changing:
        if record.status in records.ENDED:
            return
        record.status = "InProgress"
    try:
        done = automation.run(
            document,
            parameters,
            environment,
            on_step=lambda step: _note(record, step),
            stop=record.stop,
            execution_id=record.execution_id,
        )
    except RulebookError as impossible:
        # CreateDocument would have refused such a document on AWS; moto's takes anything.
        _end(record, "Failed", str(impossible))
    except BaseException as defect:
        _end(record, "Failed", f"Internal Server Error: {defect!r}")
        raise
    else:
        record.outputs = done.outputs
        _end(record, done.status, done.failure_message)


def _end(record: Execution, status: str, message: str) -> None:
    with records.changing:
        record.failure_message = message
        record.ended = datetime.now(UTC)
        record.status = status  # the last: who polls for it finds everything else in place


def _planned(document: Mapping[str, Any]) -> list[Step]:
    """Return every step of a document, not yet begun."""
    return [
        Step(
            name=step.name,
            action=step.action.name,
            inputs=dict(step.inputs),
            is_end=step.is_end,
            next_step=step.next_step,
            on_failure=step.on_failure,
            is_critical=step.is_critical,
            max_attempts=step.max_attempts,
            timeout_seconds=step.timeout_seconds,
        )
        for step in plan(document).steps.values()
    ]


def _note(record: Execution, told: automation.StepExecution) -> None:
    """Take over what the runner tells of a step as it begins and as it ends."""
    step = _step_of(record, told)
    if told.status == "InProgress":
        step.inputs = references.resolve(step.inputs, lambda name: _value(record, name))
    step.started, step.ended = told.started, told.ended
    step.outputs, step.failure_message = dict(told.outputs), told.failure_message
    step.status = told.status


def _step_of(record: Execution, told: automation.StepExecution) -> Step:
    """Return the record that a message is about; a step that begins again gets a new one."""
    latest = next(step for step in reversed(record.steps) if step.name == told.name)
    if told.status != "InProgress" or latest.status == "Pending":
        return latest
    planned = {name: getattr(latest, name) for name in _PLANNED}
    again = Step(name=told.name, action=told.action, **planned)
    record.steps = [*record.steps, again]
    return again


_PLANNED = ("inputs", "is_end", "next_step", "on_failure", "is_critical", "max_attempts", "timeout_seconds")


def _value(record: Execution, name: str) -> Any:
    """Return what a reference in a step's inputs stands for; one without a value stays as it is."""
    step_name, _, output = name.partition(".")
    for step in reversed(record.steps):
        if step.name == step_name and output in step.outputs:
            return step.outputs[output]
    return record.parameters.get(name, f"{{{{ {name} }}}}")
