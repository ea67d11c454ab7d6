"""Run a document from here: what runs it, with what, and the record of it in the service's own shape."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from rulebook.automation import (
    NO_OUTPUT,
    AutomationExecution,
    Plan,
    StepExecution,
    accept_parameters,
    execute,
    plan_document,
    shapes,
)
from rulebook.automation.failures import StepCancelled, StepFailed
from rulebook.automation.guard import Refusal
from rulebook.automation.surroundings import Question, Surroundings, attachments_in
from rulebook.errors import ConfigurationError
from rulebook.operating.running_document import Runnable, document_beside
from rulebook.operating.running_parameters import complete, of_other_steps, referred_names
from rulebook.wording import nearest

AUTOMATION = "aws:executeAutomation"
ASKING = ("aws:approve", "aws:pause")


@dataclass(frozen=True)
class Prepared:
    """A document that would start: it is planned, and its parameters are accepted.

    Attributes:
        runnable: the document.
        planned: its steps; with ``only`` that one.
        accepted: its parameters, and outputs of steps that do not run, by the name that a reference uses.
    """

    runnable: Runnable
    planned: Plan
    accepted: dict[str, Any]
    execution_id: str = field(default_factory=lambda: str(uuid4()))


def prepare(runnable: Runnable, given: Mapping[str, Any], only: str | None = None) -> Prepared:
    """Make a document ready to run; nothing is run, and nobody is called.

    Args:
        runnable: the document.
        given: parameters by name; with ``only`` also outputs of other steps, ``Step.Output``.
        only: the one step to run; the whole document if None.

    Raises:
        DocumentError: it cannot run.
        ParametersRefused: what is given is not what it needs.
        ConfigurationError: it has no such step.
    """
    content = runnable.content
    planned = plan_document(content)
    if only is None:
        return Prepared(runnable, planned, accept_parameters(content, complete(content, given)))
    known_step(planned, only)
    outputs = {name: value for name, value in given.items() if "." in name}
    of_steps = of_other_steps(planned, only, outputs)
    parameters = {name: value for name, value in given.items() if name not in outputs}
    needed = referred_names(planned.steps[only].inputs) | set(parameters)
    declared = content.get("parameters", {})
    content["parameters"] = {name: one for name, one in declared.items() if name in needed}
    accepted = accept_parameters(content, complete(content, parameters)) | of_steps
    own = tuple(name for name in planned.outputs if name.partition(".")[0] == only)
    return Prepared(runnable, replace(planned, first=only, main=(only,), outputs=own), accepted)


def known_step(planned: Plan, name: str) -> None:
    """Raise ConfigurationError unless the document has such a step."""
    if name not in planned.steps:
        raise ConfigurationError(f"{name}: the document has no such step; {nearest(name, planned.steps)}")


def demand_question(planned: Plan, name: str) -> None:
    """Raise ConfigurationError unless a step of this name asks, here or in a document that this one runs."""
    if any(step.action == AUTOMATION for step in planned.steps.values()):
        return
    known_step(planned, name)
    if planned.steps[name].action not in ASKING:
        raise ConfigurationError(f"{name}: is {planned.steps[name].action}, which asks nobody; leave it out")


def perform(
    prepared: Prepared,
    environment: Mapping[str, str],
    on_step: Callable[[StepExecution], None],
    ask: Callable[[Question], bool | None],
    stop: threading.Event,
) -> AutomationExecution:
    """Run it to its end.

    Args:
        prepared: what is to run.
        environment: the AWS_* variables that its steps' processes get.
        on_step: told of each step as it begins and as it ends.
        ask: asked where a step wants somebody's word; None where nobody is there.
        stop: when set, the execution is cancelled.
    """

    def asked(question: Question) -> bool | None:
        answer = ask(question)
        if stop.is_set():
            raise StepCancelled("the execution was cancelled")
        return answer

    def document(name: str) -> dict[str, Any] | None:
        try:
            return document_beside(prepared.runnable, name)
        except ConfigurationError as error:
            raise StepFailed(str(error)) from error

    return execute(
        prepared.planned,
        prepared.accepted,
        environment,
        on_step=on_step,
        stop=stop,
        execution_id=prepared.execution_id,
        surroundings=Surroundings(document, attachments_in(prepared.runnable.folder), asked),
    )


def as_api(
    prepared: Prepared, done: AutomationExecution, executed_by: str, refusals: Sequence[Refusal] = ()
) -> dict[str, Any]:
    """Return what GetAutomationExecution answers, with times in ISO 8601.

    Added are each step's ``Log`` and ``Trace`` (lines of the script), and the guard's ``Refusals``.
    """
    begun = {step.name for step in done.steps}
    waiting = [prepared.planned.steps[name] for name in prepared.planned.main if name not in begun]
    steps = [*done.steps, *(StepExecution(step, "Pending", step.inputs) for step in waiting)]
    execution = {
        "AutomationExecutionId": done.execution_id,
        "DocumentName": prepared.runnable.name,
        "DocumentVersion": "1",
        "ExecutionStartTime": done.started,
        "ExecutionEndTime": done.ended,
        "AutomationExecutionStatus": done.status,
        "StepExecutions": [_step(step) for step in steps],
        "StepExecutionsTruncated": False,
        "Parameters": {
            name: shapes.values(value) for name, value in done.parameters.items() if "." not in name
        },
        "Outputs": {
            name: shapes.values(done.outputs.get(name, NO_OUTPUT)) for name in prepared.planned.outputs
        },
        "FailureMessage": done.failure_message or None,
        "Mode": "Auto",
        "ExecutedBy": executed_by,
    }
    told = [{"Step": one.step, "Call": one.call, "Reason": one.reason} for one in refusals]
    return {"AutomationExecution": _times(shapes.without_none(execution))} | (
        {"Refusals": told} if told else {}
    )


def _step(step: StepExecution) -> dict[str, Any]:
    added = {"Log": step.log or None, "Trace": [list(one) for one in step.trace] or None}
    return shapes.step(step) | shapes.without_none(added)


def _times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _times(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_times(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
