"""What an action is."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
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


class StepRunner(ABC):
    """What the runner does for one kind of step; what the service says of it is in ``language.actions``.

    Attributes:
        name: for example ``aws:sleep``.
    """

    name: ClassVar[str]

    @abstractmethod
    def run(self, inputs: Mapping[str, Any], context: Context) -> Result:
        """Make one attempt with resolved inputs; raise a StepEnded if it does not succeed."""
