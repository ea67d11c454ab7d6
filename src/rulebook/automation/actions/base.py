"""What an action is."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rulebook.automation.failures import StepCancelled, StepTimedOut


@dataclass(frozen=True)
class Context:
    """What one attempt at a step may use.

    Attributes:
        environment: the AWS_* variables of its processes.
        stop: set when the execution is cancelled.
        deadline: when the attempt times out, on ``time.monotonic()``'s clock.
    """

    environment: Mapping[str, str]
    stop: threading.Event
    deadline: float

    def remaining(self) -> float:
        """Return the seconds until the attempt times out, 0 if it has."""
        return max(0.0, self.deadline - time.monotonic())

    def check(self, log: str = "") -> None:
        """Raise StepCancelled or StepTimedOut if it is time to."""
        if self.stop.is_set():
            raise StepCancelled("the execution was cancelled", log)
        if not self.remaining():
            raise StepTimedOut("timeoutSeconds have passed", log)

    def wait(self, seconds: float) -> None:
        """Wait; raise StepCancelled or StepTimedOut as soon as it is time to."""
        self.stop.wait(min(seconds, self.remaining()))
        self.check()


@dataclass(frozen=True)
class Result:
    """What an attempt brought.

    Attributes:
        root: what ``$`` means to the selectors of the step's declared outputs.
        outputs: the outputs that the action always has.
        next_step: where to go, if the action decides that.
        log: what was printed.
    """

    root: Any = None
    outputs: dict[str, Any] = field(default_factory=dict)
    next_step: str | None = None
    log: str = ""


class Action(ABC):
    """One kind of step.

    Attributes:
        name: for example ``aws:sleep``.
        max_seconds: the longest an attempt may take, and how long it may take without ``timeoutSeconds``.
        default_outputs: the outputs a step has without declaring them.
        has_root: whether its steps may declare outputs.
    """

    name: ClassVar[str]
    max_seconds: ClassVar[int] = 3600
    default_outputs: ClassVar[frozenset[str]] = frozenset()
    has_root: ClassVar[bool] = False

    @abstractmethod
    def problems(self, inputs: Mapping[str, Any]) -> Iterator[str]:
        """Yield what is wrong with the inputs as written; nothing runs if there is any."""

    def targets(self, inputs: Mapping[str, Any]) -> Iterator[str]:  # noqa: ARG002 - of actions that decide
        """Yield the steps that the inputs may lead to."""
        yield from ()

    @abstractmethod
    def run(self, inputs: Mapping[str, Any], context: Context) -> Result:
        """Make one attempt with resolved inputs; raise a StepEnded if it does not succeed."""


def missing(inputs: Mapping[str, Any], *names: str) -> Iterator[str]:
    """Yield a problem for each required input that is not there."""
    yield from (f"inputs.{name} is required" for name in names if name not in inputs)


def not_text(inputs: Mapping[str, Any], *names: str) -> Iterator[str]:
    """Yield a problem for each of these inputs that is there and is no text."""
    yield from (f"inputs.{name} must be text" for name in names if not isinstance(inputs.get(name, ""), str))


def unknown(inputs: Mapping[str, Any], *names: str) -> Iterator[str]:
    """Yield a problem for each input that is not one of these."""
    yield from (f"inputs.{name} is not an input of this action" for name in inputs if name not in names)
