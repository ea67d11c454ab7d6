"""Run executions in the background, a few at a time, and keep their records up to date."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rulebook import automation
from rulebook.automation import references
from rulebook.automation.plan import plan
from rulebook.errors import RulebookError
from rulebook.sandbox.ssm import records
from rulebook.sandbox.ssm.records import Step
from rulebook.sandbox.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rulebook.sandbox.ssm.records import Execution

AT_ONCE = 4  # AWS runs a hundred; each is a process, and this machine has a few cores

_workers = Workers("ssm-automation", AT_ONCE)
# Not part of the records, which are saved: what ends each execution of this process.
_stops: dict[str, threading.Event] = {}


def launch(
    record: Execution,
    document: Mapping[str, Any],
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
) -> None:
    """Queue an execution; ``Pending`` until one of the places is free."""
    stop = _stops[record.execution_id] = threading.Event()
    _workers.submit(lambda: _run(record, document, parameters, environment, stop), stop)


def cancel(record: Execution) -> None:
    """End an execution. One that another process began (the account was restored) is only marked."""
    stop = _stops.get(record.execution_id)
    if stop is None:
        _end(record, "Cancelled", "")
        return
    record.status = "Cancelling"
    stop.set()


def _run(
    record: Execution,
    document: Mapping[str, Any],
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    stop: threading.Event,
) -> None:
    try:
        record.steps = _planned(document)
        with records.changing:
            record.status = "Cancelling" if stop.is_set() else "InProgress"
        done = automation.run(
            document,
            parameters,
            environment,
            on_step=lambda step: _note(record, step),
            stop=stop,
            execution_id=record.execution_id,
        )
        record.outputs = done.outputs
        _end(record, done.status, done.failure_message)
    except RulebookError as impossible:
        # CreateDocument would have refused such a document on AWS; moto's takes anything.
        _end(record, "Failed", str(impossible))
    except BaseException as defect:
        _end(record, "Failed", f"Internal Server Error: {defect!r}")
        raise
    finally:
        _stops.pop(record.execution_id, None)


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
