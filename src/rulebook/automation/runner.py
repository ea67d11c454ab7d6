"""Walk the steps of a document: attempts, what follows a failure, cancellation, outputs, status."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from rulebook.automation import jsonpath, references, value_types
from rulebook.automation.actions.base import Context, Result
from rulebook.automation.execution import AutomationExecution, Status, StepExecution
from rulebook.automation.failures import StepEnded, StepFailed
from rulebook.automation.parameters import accept
from rulebook.automation.plan import Output, Plan, Step, output_names, plan

MAX_STEPS = 500  # begun in one execution; a document that loops for ever ends here
CANCEL_SECONDS = (
    120  # "Automation runs the cancellation workflow for a maximum of two minutes" (shared properties page)
)


def run(
    document: Mapping[str, Any],
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    on_step: Callable[[StepExecution], None] | None = None,
    stop: threading.Event | None = None,
    execution_id: str | None = None,
) -> AutomationExecution:
    """Run a built document to its end.

    Args:
        document: as rdk deploys it.
        parameters: name to value, a plain value or, as the API has it, a list of strings.
        environment: the AWS_* variables that the processes of the steps get (credentials, AWS_DEFAULT_REGION,
            AWS_ENDPOINT_URL); of this process's own settings they get nothing.
        on_step: told of each step as it starts (``InProgress``) and as it ends.
        stop: when set, the running step is ended and the execution is ``Cancelled``.
        execution_id: what ``{{ automation:EXECUTION_ID }}`` is; a new one by default.

    Raises:
        ParametersRefused: the service would refuse the start.
        DocumentError: the document cannot run; nothing has run.
    """
    started = datetime.now(UTC)
    planned = plan(document)
    accepted = accept(document, parameters)
    identity = execution_id or str(uuid.uuid4())
    values = accepted | _system_values(identity, environment, started)
    walk = _Walk(planned, values, environment, on_step or (lambda step: None), stop or threading.Event())  # noqa: ARG005 - tells nobody
    status, message = walk.run()
    return AutomationExecution(
        status=status,
        steps=tuple(walk.ended),
        outputs={name: walk.values[name] for name in planned.outputs if name in walk.values},
        failure_message=message,
        parameters=accepted,
        started=started,
        ended=datetime.now(UTC),
        execution_id=identity,
    )


def _system_values(identity: str, environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    region = environment.get("AWS_DEFAULT_REGION") or environment.get("AWS_REGION")
    return {
        "automation:EXECUTION_ID": identity,
        "global:DATE": f"{now:%Y-%m-%d}",
        "global:DATE_TIME": f"{now:%Y-%m-%d_%H.%M.%S}",
        **({"global:REGION": region} if region else {}),
    }


@dataclass
class _Walk:
    """One execution under way."""

    plan: Plan
    values: dict[str, Any]  # by the name that a reference uses
    environment: Mapping[str, str]
    on_step: Callable[[StepExecution], None]
    stop: threading.Event

    def __post_init__(self) -> None:
        self.ended: list[StepExecution] = []

    def run(self) -> tuple[Status, str]:
        """Walk from the first step; return the execution's status and failure message."""
        return self._follow(self.plan.first, self.stop, float("inf"))

    def _follow(self, first: str, stop: threading.Event, deadline: float) -> tuple[Status, str]:
        worst: tuple[Status, str] = ("Success", "")
        name: str | None = first
        while name is not None:
            step = self.plan.steps[name]
            if stop.is_set():
                return "Cancelled", f"The execution was cancelled before step {name}."
            if len(self.ended) >= MAX_STEPS:
                return (
                    "Failed",
                    f"{MAX_STEPS} steps were run and {name} was next: the document goes round in a circle.",
                )
            record, jump = self._perform(step, stop, deadline)
            if record.status == "Success":
                name = jump or step.next_step
                continue
            ended: tuple[Status, str] = (record.status, f"Step {name}: {record.failure_message}")
            if record.status == "Cancelled":
                self._clean_up(step)
                return ended
            worst = ended if step.is_critical and worst[0] == "Success" else worst
            name = step.after_failure()
        return worst

    def _clean_up(self, step: Step) -> None:
        """Walk the steps that ``onCancel`` names, which cannot be cancelled themselves."""
        if step.on_cancel:
            self._follow(step.on_cancel, threading.Event(), time.monotonic() + CANCEL_SECONDS)

    def _perform(
        self, step: Step, stop: threading.Event, deadline: float
    ) -> tuple[StepExecution, str | None]:
        """Try a step as often as it may be; return its record, and the step that it chose to go to."""
        record = StepExecution(step.name, step.action.name, "InProgress", started=datetime.now(UTC))
        self.on_step(record)
        jump = None
        while record.status not in ("Success", "Cancelled") and record.attempts < step.max_attempts:
            record = replace(record, attempts=record.attempts + 1)
            try:
                result = self._attempt(step, stop, deadline)
            except StepEnded as end:
                record = replace(record, status=end.status, failure_message=str(end), log=end.log)
            else:
                jump = result.next_step
                record = replace(
                    record, status="Success", outputs=result.outputs, failure_message="", log=result.log
                )
        record = replace(record, ended=datetime.now(UTC))
        self.ended.append(record)
        self.values |= {f"{step.name}.{name}": value for name, value in record.outputs.items()}
        self.on_step(record)
        return record, jump

    def _attempt(self, step: Step, stop: threading.Event, deadline: float) -> Result:
        inputs = references.resolve(step.inputs, self._value)
        end = min(time.monotonic() + step.timeout_seconds, deadline)
        result = step.action.run(inputs, Context(self.environment, stop, end))
        outputs = {name: value for name, value in result.outputs.items() if name in output_names(step)}
        try:
            outputs |= {output.name: _select(output, result.root) for output in step.outputs}
        except (LookupError, ValueError) as error:
            raise StepFailed(str(error), result.log) from error
        return replace(result, outputs=outputs)

    def _value(self, name: str) -> Any:
        if name == "global:REGION" and name not in self.values:
            raise StepFailed("{{ global:REGION }} has no value: AWS_DEFAULT_REGION was not given")
        if name not in self.values:
            raise StepFailed(f"{{{{ {name} }}}} has no value: that step has not run, or did not succeed")
        return self.values[name]


def _select(output: Output, root: Any) -> Any:
    try:
        value = jsonpath.select(output.selector, root)
    except LookupError as error:
        raise LookupError(f"output {output.name}: {error}") from error
    if not value_types.is_a(output.type, value):
        found = "null" if value is None else f"{type(value).__name__} {str(value)[:80]!r}"
        raise ValueError(
            f"output {output.name}: {output.selector} is {found}, not {value_types.ALLOWED[output.type]}"
            f" ({output.type})"
        )
    return value
