"""Walk the steps of a document: attempts, what follows a failure, cancellation, outputs, status."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from rulebook.automation import account, jsonpath, references
from rulebook.automation.actions import RUNNERS
from rulebook.automation.actions.base import Context, Result
from rulebook.automation.execution import AutomationExecution, StepExecution
from rulebook.automation.failures import StepEnded, StepFailed
from rulebook.automation.language import system_variables, value_types
from rulebook.automation.language.actions import SCRIPT
from rulebook.automation.language.limits import CANCEL_SECONDS
from rulebook.automation.parameters import accept
from rulebook.automation.plan import Output, Plan, Step, plan
from rulebook.automation.status import Status
from rulebook.automation.surroundings import Surroundings

MAX_STEPS = 500  # begun in one execution; a document that loops for ever ends here
_NOBODY: Callable[[StepExecution], None] = lambda _: None  # noqa: E731 - it tells nobody


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
    planned = plan(document)
    return execute(
        planned,
        accept(document, parameters),
        environment,
        on_step=on_step or _NOBODY,
        stop=stop or threading.Event(),
        execution_id=execution_id or str(uuid.uuid4()),
    )


def execute(  # noqa: PLR0913 - what a run depends on
    planned: Plan,
    accepted: dict[str, Any],
    environment: Mapping[str, str],
    *,
    on_step: Callable[[StepExecution], None],
    stop: threading.Event,
    execution_id: str,
    surroundings: Surroundings | None = None,  # noqa: ARG001 - the actions that ask come with them
) -> AutomationExecution:
    """Run a document that is planned, with parameters that are accepted; the rest is as for ``run``."""
    started = datetime.now(UTC)
    values = accepted | _system_values(execution_id, environment, started)
    walk = _Walk(planned, values, environment, on_step, stop)
    status, message = walk.run()
    return AutomationExecution(
        status=status,
        steps=tuple(walk.ended),
        outputs={name: walk.values[name] for name in planned.outputs if name in walk.values},
        failure_message=message,
        parameters=accepted,
        started=started,
        ended=datetime.now(UTC),
        execution_id=execution_id,
    )


def _system_values(identity: str, environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    region = environment.get("AWS_DEFAULT_REGION") or environment.get("AWS_REGION")
    of_region = {system_variables.REGION: region, system_variables.AWS_PARTITION: account.partition(region)}
    return {
        system_variables.EXECUTION_ID: identity,
        system_variables.DATE: f"{now:%Y-%m-%d}",
        system_variables.DATE_TIME: f"{now:%Y-%m-%d_%H.%M.%S}",
        **({name: value for name, value in of_region.items() if value} if region else {}),
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
            if first in self.plan.main and name not in self.plan.main:
                return worst
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
        self.values |= {f"{step.name}.{name}": value for name, value in record.outputs.items()}
        self.on_step(record)
        return record, jump

    def _attempt(self, step: Step, stop: threading.Event, deadline: float) -> Result:
        context = Context(self.environment, stop, min(time.monotonic() + step.timeout_seconds, deadline))
        inputs = self._resolved(step, lambda name: self._value(name, context))
        result = RUNNERS[step.action].run(inputs, context)
        outputs = {name: value for name, value in result.outputs.items() if name in step.made}
        try:
            outputs |= {output.name: _select(output, result.root) for output in step.outputs}
        except (LookupError, ValueError) as error:
            raise StepFailed(str(error), result.log) from error
        return replace(result, outputs=outputs)

    def _resolved(self, step: Step, lookup: Callable[[str], Any]) -> dict[str, Any]:
        """Return a step's inputs with references resolved; in a script, only to names of the document."""
        inputs = {name: value for name, value in step.inputs.items() if name != "Script"}
        resolved: dict[str, Any] = references.resolve(inputs, lookup)
        if step.action == SCRIPT:
            resolved["Script"] = references.resolve_script(step.inputs["Script"], lookup, self.plan.names)
        return {name: resolved[name] for name in step.inputs}

    def _shown(self, step: Step) -> dict[str, Any]:
        """Return a step's inputs as the record has them; a reference without a value stays as it is."""
        return self._resolved(step, lambda name: self.values.get(name, f"{{{{ {name} }}}}"))

    def _value(self, name: str, context: Context) -> Any:
        if name == system_variables.ACCOUNT_ID and name not in self.values:
            self.values[name] = account.account_id(context)
        if name in (system_variables.REGION, system_variables.AWS_PARTITION) and name not in self.values:
            raise StepFailed(f"{{{{ {name} }}}} has no value: AWS_DEFAULT_REGION was not given")
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
