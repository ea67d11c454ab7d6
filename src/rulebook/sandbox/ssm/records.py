"""What the account remembers of an Automation execution; kept on moto's SSM backend, emptied with it."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from moto.ssm.models import ssm_backends

from rulebook.automation import StepExecution

ENDED = frozenset({"Success", "Failed", "TimedOut", "Cancelled"})
# Guards changes of status: an execution ends in its own thread and is cancelled in a request's.
changing = threading.RLock()


@dataclass
class ExecutionRecord:
    """One execution of a document.

    Attributes:
        steps: those that began, in that order, and after them those that did not, ``Pending``.
        parameters: as accepted, defaults included, in their own types.
        outputs: the document's outputs that have a value.
        declared_outputs: the names of all of them.
        executed_by: ARN of who started it.
        token: the ClientToken it was started with, and what was asked for.
        stop: ends it when set.
    """

    document_name: str
    document_version: str
    parameters: dict[str, Any]
    declared_outputs: tuple[str, ...]
    executed_by: str
    steps: list[StepExecution] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    status: str = "Pending"
    failure_message: str = ""
    token: tuple[str, str] | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    execution_id: str = field(default_factory=lambda: str(uuid4()))
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def current(self) -> StepExecution | None:
        """The step that is running."""
        return next((step for step in self.steps if step.status == "InProgress"), None)


def executions_of(account_id: str, region: str) -> dict[str, ExecutionRecord]:
    """Return every execution of an account in a region by id, in the order of their starts."""
    kept: dict[str, ExecutionRecord] = vars(ssm_backends[account_id][region]).setdefault(
        "automation_executions", {}
    )
    return kept


def age_executions(delta: timedelta) -> None:
    """Let time pass: every recorded time moves back (docs/adr/0006)."""
    for account_id, regions in ssm_backends.items():
        for region in regions:
            for execution in executions_of(account_id, region).values():
                execution.started -= delta
                execution.ended = _earlier(execution.ended, delta)
                execution.steps = [
                    replace(step, started=_earlier(step.started, delta), ended=_earlier(step.ended, delta))
                    for step in execution.steps
                ]


def _earlier(when: datetime | None, delta: timedelta) -> datetime | None:
    return when - delta if when else None
