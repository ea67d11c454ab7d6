"""Run a function once, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rulebook.sandbox.functions import package

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
POLL = 0.05  # seconds between looks at whether the account is being stopped


@dataclass(frozen=True)
class Task:
    """Everything about one invocation that its process needs.

    Attributes:
        code: the deployed zip.
        handler: ``module.function``.
        event: the first argument, JSON.
        timeout: seconds until the process is ended.
        environment: its whole environment.
        context: attributes of the second argument.
        layers: ARNs of the function's layers.
        account_id: the function's account.
        region: the function's region.
    """

    code: bytes
    handler: str
    event: Any
    timeout: float
    environment: Mapping[str, str]
    context: Mapping[str, Any]
    layers: Sequence[str]
    account_id: str
    region: str

    @property
    def request_id(self) -> str:
        """Lambda's id of the invocation."""
        return str(self.context["aws_request_id"])


@dataclass(frozen=True)
class Outcome:
    """What a process left.

    Attributes:
        payload: JSON text that the handler returned; empty if it failed.
        error: Lambda's error object, empty if the handler returned.
        log: everything that the process wrote.
    """

    payload: str = ""
    error: dict[str, Any] = field(default_factory=dict)
    log: str = ""


def run_in_process(task: Task, stop: threading.Event | None = None) -> Outcome:
    """Unpack the zip, run its handler, and say what came of it.

    The process is this installation's Python, whatever the function's Runtime says: another is not there. Its
    memory is not limited: a limit on address space would strike Python far from where Lambda's does. The
    time-out includes the start, for which Lambda allows ten seconds of its own.
    """
    with tempfile.TemporaryDirectory(prefix="rulebook-function-") as folder:
        root = Path(folder)
        code = package.unpack(task.code, root / "task")
        layers = package.unpack_layers(task.account_id, task.region, task.layers, root / "opt")
        (root / "tmp").mkdir()
        result = root / "result.json"
        request = {
            "handler": task.handler,
            "event": task.event,
            "context": task.context,
            "deadline": time.time() + task.timeout,
            "paths": [str(code), *layers],
            "packages": package.packages(task.layers),
            "result": str(result),
        }
        environment = {
            **task.environment,
            # No home and no TMPDIR of the person: botocore would read ~/.aws.
            "HOME": folder,
            "TMPDIR": str(root / "tmp"),
            "LAMBDA_TASK_ROOT": str(code),
        }
        log = root / "log"
        ended = _execute(json.dumps(request), environment, code, log, task.timeout, stop)
        written = log.read_text(encoding="utf-8", errors="replace")
        if ended is None and stop is not None and stop.is_set():
            return _ended_by_lambda(task, "Sandbox.Stopped", "The embedded account was stopped", written)
        outcome = _outcome(task, ended, result, written)
        # A trace names the files as on AWS, rather than a folder that is gone when it is read.
        return replace(
            outcome, error=_renamed(outcome.error, {str(code): "/var/task", str(root / "opt"): "/opt"})
        )


def _renamed(error: dict[str, Any], folders: Mapping[str, str]) -> dict[str, Any]:
    trace = error.get("stackTrace", [])
    for folder, name in folders.items():
        trace = [line.replace(folder, name) for line in trace]
    return error | {"stackTrace": trace} if trace else error


def _execute(
    request: str,
    environment: Mapping[str, str],
    folder: Path,
    log: Path,
    timeout: float,
    stop: threading.Event | None,
) -> int | None:
    """Run the process to its end; returns its exit status, or None if its time was over."""
    # A file, not a pipe: a process that the function leaves behind would keep a pipe open.
    with log.open("wb") as output, tempfile.TemporaryFile() as given:
        given.write(request.encode())
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - the deployed function is what is to run
            [sys.executable, "-I", "-S", str(BOOTSTRAP)],
            stdin=given,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        try:
            return _wait(process, time.monotonic() + timeout, stop or threading.Event())
        finally:
            _end_group(process)


def _wait(process: subprocess.Popen[bytes], deadline: float, stop: threading.Event) -> int | None:
    while (left := deadline - time.monotonic()) > 0 and not stop.is_set():
        try:
            return process.wait(min(left, POLL))
        except subprocess.TimeoutExpired:
            continue
    return None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started: Lambda freezes or removes all of it."""
    # It may have ended already; macOS then says PermissionError of a group of zombies.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _outcome(task: Task, ended: int | None, result: Path, log: str) -> Outcome:
    if ended is None:
        message = f"Task timed out after {task.timeout:.2f} seconds"
        return _ended_by_lambda(task, "Sandbox.Timedout", message, log)
    try:
        left = json.loads(result.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        reason = f"exit status {ended}" if ended >= 0 else f"signal: {signal.Signals(-ended).name}"
        return _ended_by_lambda(task, "Runtime.ExitError", f"Runtime exited with error: {reason}", log)
    error = left.get("error", {})
    return Outcome(left.get("payload", ""), error | {"requestId": task.request_id} if error else {}, log)


def _ended_by_lambda(task: Task, kind: str, message: str, log: str) -> Outcome:
    error = {"errorMessage": f"RequestId: {task.request_id} Error: {message}", "errorType": kind}
    return Outcome(error=error, log=f"{log}{task.request_id} {message}\n")
