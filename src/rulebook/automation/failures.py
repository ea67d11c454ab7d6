"""How an attempt at a step can end other than well. The runner turns these into statuses."""

from typing import ClassVar

from rulebook.automation.status import Status

Trace = tuple[tuple[int, str], ...]  # lines of a script, each with its function's name, the innermost last


class StepEnded(Exception):
    """An attempt did not succeed; the message is one line."""

    status: ClassVar[Status]

    def __init__(self, message: str, log: str = "", trace: Trace = ()) -> None:
        super().__init__(" ".join(message.encode(errors="backslashreplace").decode().split()))
        self.log = log
        self.trace = trace


class StepFailed(StepEnded):
    """What the step does went wrong."""

    status = "Failed"


class StepTimedOut(StepEnded):
    """It took longer than ``timeoutSeconds``."""

    status = "TimedOut"


class StepCancelled(StepEnded):
    """The caller stopped the execution."""

    status = "Cancelled"


ENDED_BY: dict[Status, type[StepEnded]] = {
    kind.status: kind for kind in (StepFailed, StepTimedOut, StepCancelled)
}
