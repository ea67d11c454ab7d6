"""The process in which an execution calls AWS APIs: one for all, for starting it is most of a call.

It has the environment that a script has (``script_process``), no script ever runs in it, and it ends with the
execution, with the runner, or when a call is cancelled or takes too long. A call and its answer are files in
its home; a line through a named pipe says that there is one.
"""

import json
import os
import selectors
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from rulebook.automation import script_process
from rulebook.automation.actions.base import Context
from rulebook.automation.failures import StepFailed
from rulebook.automation.python_process import PythonProcess, start_python

_CHILD = Path(__file__).with_name("api_child.py")
_SCRIPT = Path(__file__).with_name("call_api.py")
_MAX_ANSWER = (
    16 * 1024 * 1024
)  # bytes; the service documents no limit, this keeps a mistake from filling memory
_POLL = 0.05  # seconds in which a cancellation is noticed
_ENDED = "the process that calls AWS ended before it answered"


class ApiProcess:
    """Start it with ``with``; the process itself is started by the first call."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: PythonProcess | None = None
        self._home: TemporaryDirectory[str] | None = None
        self._pipes: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process:
            if self._process.poll() is None:
                with suppress(ProcessLookupError):
                    os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        while self._pipes:
            os.close(self._pipes.pop())
        if self._home:
            self._home.cleanup()
            self._home = None

    def call(self, events: Mapping[str, Any], context: Context) -> Any:
        """Call an API; return its response as JSON.

        Args:
            events: as ``call_api`` takes them.
            context: whose time and cancellation hold.

        Raises:
            StepFailed: AWS, or boto3, refused the call.
            StepTimedOut, StepCancelled: it was broken off.
        """
        context.check()
        try:
            process = self._process or self._start(str(events["Service"]))
            assert self._home  # noqa: S101 - made with the process
            folder, (asked, answered) = Path(self._home.name), self._pipes
            (folder / "asked.json").write_text(json.dumps(events), encoding="utf-8")
            os.write(asked, b"\n")
            _wait(process, answered, context)
            answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
            (folder / "answer.json").unlink()
        except OSError as error:
            self.close()
            raise StepFailed(f"the call could not be handed over: {error.strerror}") from error
        except BaseException:
            self.close()
            raise
        if "Error" in answer:
            raise StepFailed(answer["Error"][:2000])
        return answer["Payload"]

    def _start(self, service: str) -> PythonProcess:
        self._home = TemporaryDirectory(prefix="rulebook-calls-", ignore_cleanup_errors=True)
        folder = Path(self._home.name)
        for name in ("asked", "answered"):
            os.mkfifo(folder / name)
            # Both ends, for opening one waits for somebody to open the other.
            self._pipes.append(os.open(folder / name, os.O_RDWR))
        program = [str(_CHILD), str(_SCRIPT), str(_MAX_ANSWER)]
        if port := self._environment.get(script_process.GUARD_PORT):
            program = script_process.confined(program, int(port), [str(_SCRIPT)], folder)
        env = script_process.environment(self._environment, folder)
        self._process, printed = start_python(program, env, [service])
        printed.close()
        return self._process


def _wait(process: PythonProcess, answered: int, context: Context) -> None:
    """Wait until a process has answered.

    Raises:
        StepFailed: it ended instead.
        StepTimedOut, StepCancelled: it is time to.
    """
    with selectors.DefaultSelector() as ready:
        ready.register(answered, selectors.EVENT_READ)
        while not ready.select(_POLL):
            context.check()
            if process.poll() is not None and not ready.select(0):
                raise StepFailed(_ENDED)
    os.read(answered, 1)
