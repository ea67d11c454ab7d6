"""The record of an execution, with the service's own words for a status."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from rulebook.automation.failures import Trace
from rulebook.automation.plan import Step
from rulebook.automation.status import Status


@dataclass(frozen=True)
class StepExecution:
    """What became of one step; a step that ran twice (a loop) has two of these.

    Attributes:
        step: the step as planned.
        inputs: with references resolved, as they were when it began; as written where one has no value.
        status: ``InProgress`` only in what ``on_step`` is told as the step starts.
        outputs: the declared outputs by name, and those that the action always has (``OutputPayload``).
        failure_message: why it did not succeed, one line; empty if it did.
        attempts: how often it was tried.
        started: when its first attempt began (UTC).
        ended: when its last attempt ended (UTC); None while it runs.
        log: what the last attempt's script printed, at most its last 64 KB.
        trace: where in the script the last attempt failed; empty if it did not.
        step_id: the service's StepExecutionId.
    """

    step: Step
    status: Status
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    failure_message: str = ""
    attempts: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    log: str = ""
    trace: Trace = ()
    step_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def name(self) -> str:
        """The step's name."""
        return self.step.name

    @property
    def action(self) -> str:
        """For example ``aws:executeScript``."""
        return self.step.action

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None before it ended."""
        return self.ended - self.started if self.started and self.ended else None


@dataclass(frozen=True)
class AutomationExecution:
    """What became of a document.

    Attributes:
        status: ``Success``, ``Failed``, ``TimedOut`` or ``Cancelled``.
        steps: every step that began, in that order.
        outputs: the document's outputs, ``"Step.Output"`` to value, without those of steps that did not run.
        failure_message: names the step that decided the status, and why; empty after a success.
        parameters: as accepted, defaults included, in their own types.
        started: when it began (UTC).
        ended: when it ended (UTC).
        execution_id: what ``{{ automation:EXECUTION_ID }}`` was.
    """

    status: Status
    steps: tuple[StepExecution, ...]
    outputs: dict[str, Any]
    failure_message: str
    parameters: dict[str, Any]
    started: datetime
    ended: datetime
    execution_id: str

    @property
    def duration(self) -> timedelta:
        """How long it took."""
        return self.ended - self.started
