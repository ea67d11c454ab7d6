"""The process in which an execution calls AWS APIs: one for all, for starting it is most of a call.

It has the environment that a script has (``script_process``), no script ever runs in it, and it ends with the
execution, with the runner, or when a call is cancelled or takes too long.
"""

import json
import selectors
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from rulebook.automation import script_process
from rulebook.automation.actions.base import Context
from rulebook.automation.failures import StepFailed

_CHILD = Path(__file__).with_name("api_child.py")
_SCRIPT = Path(__file__).with_name("call_api.py")
_MAX_ANSWER = (
    16 * 1024 * 1024
)  # bytes; the service documents no limit, this keeps a mistake from filling memory
_POLL = 0.05  # seconds in which a cancellation is noticed
_CHUNK = 1 << 20
_ENDED = "the process that calls AWS ended before it answered"


class ApiProcess:
    """Start it with ``with``; the process itself is started by the first call."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._home: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None
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
        process = self._process or self._start()
        assert process.stdin  # noqa: S101 - it was asked for
        try:
            process.stdin.write(json.dumps(events).encode() + b"\n")
            process.stdin.flush()
            line = _line(process, context)
        except OSError as error:
            self.close()
            raise StepFailed(_ENDED) from error
        except BaseException:
            self.close()
            raise
        answer = json.loads(line)
        if "Error" in answer:
            raise StepFailed(answer["Error"][:2000])
        return answer["Payload"]

    def _start(self) -> subprocess.Popen[bytes]:
        self._home = TemporaryDirectory(prefix="rulebook-calls-", ignore_cleanup_errors=True)
        folder = Path(self._home.name)
        program = [str(_CHILD), str(_SCRIPT), str(_MAX_ANSWER)]
        if port := self._environment.get(script_process.GUARD_PORT):
            program = script_process.confined(program, int(port), [str(_SCRIPT)], folder)
        env = script_process.environment(self._environment, folder)
        self._process = subprocess.Popen(  # noqa: S603 - this Python with the harness of this package
            [sys.executable, "-I", "-B", "-X", "utf8", *program],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self._process


def _line(process: subprocess.Popen[bytes], context: Context) -> bytes:
    """Return the next line that a process writes.

    Raises:
        StepFailed: it ended instead.
        StepTimedOut, StepCancelled: it is time to.
    """
    assert process.stdout  # noqa: S101 - it was asked for
    found = b""
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while not found.endswith(b"\n"):
            context.check()
            if not ready.select(_POLL):
                continue
            chunk = process.stdout.read1(_CHUNK)  # type: ignore[attr-defined]  # a BufferedReader
            if not chunk:
                raise StepFailed(_ENDED)
            found += chunk
    return found
