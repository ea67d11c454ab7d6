"""What an action is."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from rulebook.automation.failures import StepCancelled, StepTimedOut
from rulebook.automation.surroundings import Surroundings

if TYPE_CHECKING:
    from rulebook.automation.execution import AutomationExecution


class ApiCaller(Protocol):
    """What calls APIs of AWS; ``api_process`` has one."""

    def call(self, events: Mapping[str, Any], context: "Context") -> Any:
        """Return the response of an API as JSON."""


@dataclass(frozen=True)
class Context:
    """What one attempt at a step may use.

    Attributes:
        environment: the AWS_* variables of its processes.
        stop: set when the execution is cancelled.
        deadline: when the attempt times out, on ``time.monotonic()``'s clock.
        caller: calls APIs of AWS.
    """

    environment: Mapping[str, str]
    stop: threading.Event
    deadline: float
    caller: "ApiCaller | None" = None

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


class Execution(Protocol):
    """The execution that a step is of, as far as its action may use it."""

    surroundings: Surroundings
    files: Mapping[str, Any]  # what the document declares under ``files``

    def resolve(self, value: Any, context: Context) -> Any:
        """Return a value with its references as they are now."""

    def assign(self, name: str, value: Any) -> None:
        """Let ``Step.Output`` have a value from now on."""

    def assign_variable(self, name: str, value: Any) -> None:
        """Let ``variable:NAME`` have a value from now on.

        Raises:
            StepFailed: the document declares no such variable, or it may not have that value.
        """

    def walk(self, steps: tuple[str, ...], context: Context) -> str | None:
        """Run the steps of a loop once; return the step outside of it that one of them leads to.

        Raises:
            StepEnded: one of them ended otherwise than well, and nothing says to go on.
        """

    def run_document(
        self, document: Mapping[str, Any], parameters: Mapping[str, Any], context: Context
    ) -> "AutomationExecution":
        """Run another document to its end.

        Raises:
            StepFailed: it cannot run, or too many stand one within the other.
        """


@dataclass(frozen=True)
class StepContext(Context):
    """What one attempt at a step of an execution may use.

    Attributes:
        name: the step's.
        execution: the execution that it is of.
        steps: the names of a loop's own steps, in the order in which they are written.
    """

    name: str = field(kw_only=True)
    execution: Execution = field(kw_only=True)
    steps: tuple[str, ...] = field(kw_only=True)


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
    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Make one attempt with resolved inputs; raise a StepEnded if it does not succeed."""
