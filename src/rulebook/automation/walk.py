"""Walk the steps of a document: attempts, what follows a failure, loops, cancellation."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from rulebook.automation import declared, references
from rulebook.automation.actions import RUNNERS
from rulebook.automation.actions.base import ApiCaller, Context, Result, StepContext
from rulebook.automation.execution import AutomationExecution, StepExecution
from rulebook.automation.failures import ENDED_BY, StepEnded, StepFailed
from rulebook.automation.language.actions import LOOP, SCRIPT
from rulebook.automation.language.limits import CANCEL_SECONDS
from rulebook.automation.parameters import checked_value
from rulebook.automation.plan import Plan, Step
from rulebook.automation.status import Status
from rulebook.automation.surroundings import Surroundings
from rulebook.automation.values import Values
from rulebook.errors import DocumentError, ParametersRefused

MAX_STEPS = 500  # begun in one go through a document or a loop; one that goes round in a circle ends here
MAX_DEPTH = 5  # documents that run each other; the service's own bound is not documented

RunDocument = Callable[[Mapping[str, Any], Mapping[str, Any], "Walk", Context], AutomationExecution]


class End(NamedTuple):
    """What became of a walk: a status and, unless that is Success, why."""

    status: Status
    message: str = ""


WELL = End("Success")


@dataclass
class Walk:
    """One execution under way; its steps see it as their ``actions.base.Execution``."""

    plan: Plan
    values: Values
    environment: Mapping[str, str]
    on_step: Callable[[StepExecution], None]
    stop: threading.Event
    surroundings: Surroundings
    run_other: RunDocument
    caller: ApiCaller
    deadline: float = float("inf")  # on time.monotonic()'s clock
    depth: int = 1
    ended: list[StepExecution] = field(default_factory=list)
    end: End = WELL

    def __post_init__(self) -> None:
        self.files = self.plan.files

    def run(self) -> End:
        """Walk from the first step."""
        self._follow(self.plan.main, self.stop, self.deadline, self.plan.first)
        return self.end

    def walk(self, steps: tuple[str, ...], context: Context) -> str | None:
        """Run the steps of a loop once; return the step outside of it that one of them leads to."""
        broken_off, leaves = self._follow(steps, context.stop, context.deadline, steps[0])
        if broken_off:
            raise ENDED_BY[broken_off.status](broken_off.message)
        return leaves

    def assign(self, name: str, value: Any) -> None:
        """Let an output have a value from now on."""
        self.values[name] = value

    def assign_variable(self, name: str, value: Any) -> None:
        """Let a variable have a value from now on, in its own type."""
        if name not in self.plan.variables:
            raise StepFailed(f"{name} is not declared; declare it under variables")
        try:
            self.values[name] = checked_value(name, self.plan.variables[name], value)
        except (ParametersRefused, DocumentError) as refused:
            raise StepFailed(str(refused)) from refused

    def resolve(self, value: Any, context: Context) -> Any:
        """Return a value with its references as they are now."""
        return references.resolve_references(value, lambda name: self.values.lookup(name, context))

    def run_document(
        self, document: Mapping[str, Any], parameters: Mapping[str, Any], context: Context
    ) -> AutomationExecution:
        """Run another document to its end."""
        if self.depth >= MAX_DEPTH:
            raise StepFailed(f"{MAX_DEPTH} documents run one within the other; one of them runs itself")
        return self.run_other(document, parameters, self, context)

    def _follow(
        self, sequence: tuple[str, ...], stop: threading.Event, deadline: float, first: str
    ) -> tuple[End | None, str | None]:
        """Walk within a sequence of steps; return why it was broken off, or which step outside follows."""
        begun = 0
        name: str | None = first
        while name is not None:
            if name not in sequence:
                return None, name
            step = self.plan.steps[name]
            if stop.is_set():
                return self._break_off("Cancelled", f"The execution was cancelled before step {name}."), None
            if begun >= MAX_STEPS:
                said = f"{MAX_STEPS} steps were run and {name} was next: the document goes round in a circle."
                return self._break_off("Failed", said), None
            begun += 1
            record, jump = self._perform(step, stop, deadline)
            if record.status == "Success":
                name = jump or step.next_step
                continue
            said = f"Step {name}: {record.failure_message}"
            if record.status == "Cancelled":
                self._clean_up(step)
                return self._break_off("Cancelled", said), None
            failed = End(record.status, said)
            if step.is_critical and self.end == WELL:
                self.end = failed
            name = step.after_failure()
            if name is None and step.on_failure == "Abort":
                return failed, None
        return None, None

    def _break_off(self, status: Status, message: str) -> End:
        self.end = End(status, message)
        return self.end

    def _clean_up(self, step: Step) -> None:
        """Walk the steps that ``onCancel`` names, which cannot be cancelled themselves."""
        if step.on_cancel:
            everywhere = tuple(self.plan.steps)
            self._follow(everywhere, threading.Event(), time.monotonic() + CANCEL_SECONDS, step.on_cancel)

    def _perform(
        self, step: Step, stop: threading.Event, deadline: float
    ) -> tuple[StepExecution, str | None]:
        """Try a step as often as it may be; return its record, and the step that it chose to go to."""
        record = StepExecution(step, "InProgress", self._shown(step), started=datetime.now(UTC))
        self.on_step(record)
        jump = None
        while record.status not in ("Success", "Cancelled") and record.attempts < step.max_attempts:
            record = replace(record, attempts=record.attempts + 1)
            try:
                result = self._attempt(step, stop, deadline)
            except StepEnded as end:
                record = replace(
                    record, status=end.status, failure_message=str(end), log=end.log, trace=end.trace
                )
            else:
                jump = result.next_step
                record = replace(
                    record,
                    status="Success",
                    outputs=result.outputs,
                    failure_message="",
                    log=result.log,
                    trace=(),
                )
        record = replace(record, ended=datetime.now(UTC))
        self.ended.append(record)
        for name, value in record.outputs.items():
            self.values[f"{step.name}.{name}"] = value
        self.on_step(record)
        return record, jump

    def _attempt(self, step: Step, stop: threading.Event, deadline: float) -> Result:
        until = min(time.monotonic() + step.timeout_seconds, deadline)
        context = StepContext(
            self.environment, stop, until, self.caller, name=step.name, execution=self, steps=step.steps
        )
        inputs = self._resolved(step, lambda name: self.values.lookup(name, context))
        result = RUNNERS[step.action].run(inputs, context)
        outputs = {name: value for name, value in result.outputs.items() if name in step.made}
        try:
            outputs |= declared.select_outputs(step.outputs, result.root)
        except ValueError as error:
            raise StepFailed(str(error), result.log) from error
        return replace(result, outputs=outputs)

    def _resolved(self, step: Step, lookup: Callable[[str], Any]) -> dict[str, Any]:
        """Return a step's inputs with references resolved; in a script, only to names of the document.

        A loop's steps and its condition are not looked at before their turn comes.
        """
        later = {SCRIPT: ("Script",), LOOP: ("Steps", "LoopCondition")}.get(step.action, ())
        inputs = {name: value for name, value in step.inputs.items() if name not in later}
        resolved: dict[str, Any] = references.resolve_references(inputs, lookup)
        resolved |= {name: step.inputs[name] for name in later if name in step.inputs}
        if "Script" in later and "Script" in resolved:
            resolved["Script"] = references.resolve_script(resolved["Script"], lookup, self.plan.names)
        return {name: resolved[name] for name in step.inputs}

    def _shown(self, step: Step) -> dict[str, Any]:
        """Return a step's inputs as the record has them; a reference without a value stays as it is."""
        return self._resolved(step, self.values.shown)
