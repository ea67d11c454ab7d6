"""Run a Python script in a process of its own, with nothing of this process but the Python it runs on.

The child gets an empty home folder (so no ~/.aws), no PATH, no PYTHON* variables, no instance metadata, and
of the caller's variables only AWS_* and what reaches AWS through a proxy. It has a parent that is not
this process (``supervised``) and a process group, which are killed when its time is up, when the execution is
cancelled, and at the end: what a script started does not outlive its step, and the parent it may kill is not
the runner.
"""

import json
import os
import re
import selectors
import signal
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from rulebook.automation.actions.base import Context
from rulebook.automation.failures import StepFailed, Trace
from rulebook.automation.python_process import PythonProcess, start_python

MAX_LOG = 64 * 1024
GUARD_PORT = "RULEBOOK_GUARD_PORT"  # of an environment: its processes may connect to this port only
CONFINED = "RULEBOOK_CONFINED"  # of an environment: its processes may connect anywhere, and read no files
_CHILD = Path(__file__).with_name("child.py")
_CONFINED = Path(__file__).with_name("confined.py")
_SUPERVISED = Path(__file__).with_name("supervised.py")
_GRACE = 3.0  # seconds in which those who left the process group are ended
_POLL = 0.05  # seconds in which a cancellation is noticed
_CHUNK = 64 * 1024
# Of the clients that a script makes.
_SERVICE = re.compile(r"""(?:client|resource)\(\s*["']([a-z0-9-]+)["']""")
_MAX_MESSAGE = 2000  # characters of an exception's text

# They would lead to the files of the person at this machine.
_PERSONAL = frozenset(
    {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}
)
_NETWORK = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"})


@dataclass(frozen=True)
class ScriptError:
    """An exception that ended a script.

    Attributes:
        what: ``ErrorType: message``.
        line: the innermost line of the script it passed through, None if it passed through none.
        trace: every line of the script it passed through with its function's name, the innermost last.
    """

    what: str
    line: int | None
    trace: Trace = ()

    def __str__(self) -> str:
        return f"{self.what} (line {self.line} of the script)" if self.line else self.what


@dataclass(frozen=True)
class Ran:
    """A process that ended by itself: what the handler returned, or the error, and the end of its log."""

    payload: Any
    error: ScriptError | None
    log: str


def run_script(
    script: str,
    handler: str,
    events: Any,
    context: Context,
    *,
    max_output: int,
    attach: Callable[[Path], None] | None = None,
) -> Ran:
    """Call ``handler(events, context)`` of a script.

    Args:
        script: Python source.
        handler: name of a function in it or, as ``module.function``, of what is attached.
        events: any JSON value.
        context: whose environment, time and cancellation hold.
        max_output: bytes of the returned value as JSON; more is an error.
        attach: writes what the script finds beside it into an empty folder.

    Raises:
        StepFailed: the process ended before its handler returned.
        StepTimedOut, StepCancelled: it was killed.
    """
    context.check()
    with TemporaryDirectory(prefix="rulebook-step-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        if attach:
            attached = folder / "attachment"
            attached.mkdir()
            attach(attached)
        request = {"Handler": handler, "Events": events, "MaxOutput": max_output}
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        (folder / "script.py").write_bytes(
            script.encode(errors="surrogatepass")
        )  # the child refuses what is no text
        program = [str(_CHILD), str(folder)]
        port = context.environment.get(GUARD_PORT)
        if port or context.environment.get(CONFINED):
            reads = [] if port else _read_for_the_network(context.environment)
            program = confined(program, int(port) if port else None, reads, folder)
        log, exit_code = run_program(
            program, environment(context.environment, home), context, sorted({*_SERVICE.findall(script)})
        )
        return _read_result(folder / "result.json", log, exit_code)


def environment(given: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the whole environment of a child."""
    passed = {name: value for name, value in given.items() if _passes(name)}
    if "LD_LIBRARY_PATH" in os.environ:  # some builds of Python do not start without it
        passed["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return passed | {
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(home),
        "TZ": "UTC",
    }


def _passes(name: str) -> bool:
    return (name.startswith("AWS_") and name not in _PERSONAL) or name.upper() in _NETWORK


def confined(program: list[str], port: int | None, read: list[str], folder: Path) -> list[str]:
    """Return a program with its arguments so that it reads Python, itself and these, and calls one port.

    Without a port it calls whom it likes.
    """
    python = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix}
    python |= set(filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)))
    settings = {"port": port, "read": [*sorted(python), program[0], *read], "write": [str(folder)]}
    return [str(_CONFINED), json.dumps(settings), *program]


def _read_for_the_network(given: Mapping[str, str]) -> list[str]:
    """Return the files without which no name is resolved and no certificate is trusted."""
    trusted = [given[name] for name in ("AWS_CA_BUNDLE", *_NETWORK) if "_PROXY" not in name and name in given]
    return [os.path.realpath("/etc/resolv.conf"), *trusted]


def run_program(
    program: list[str], env: dict[str, str], context: Context, services: Sequence[str] = ()
) -> tuple[str, int]:
    """Run a Python program to its end; return the end of what it printed, and its exit code.

    See `start_python` for the services.

    Raises:
        StepTimedOut, StepCancelled: it was killed.
    """
    process, printed = start_python([str(_SUPERVISED), *program], env, services)
    output = _Output(printed)
    try:
        while process.poll() is None:
            context.check(output.text())
            output.read(_POLL)
        output.read_rest()
    finally:
        code = _kill_group(process)
        output.close()
    return output.text(), code


def _kill_group(process: PythonProcess) -> int:
    """End the script and whatever it started, at once: a script cannot refuse; return its exit code."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
        until = time.monotonic() + _GRACE
        while process.poll() is None and time.monotonic() < until:
            time.sleep(_POLL / 10)
    with suppress(ProcessLookupError, PermissionError):  # nobody is left
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


class _Output:
    """What a process prints; only the end is kept, and nobody who holds the pipe keeps us waiting."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._kept = b""
        self._lost = False
        os.set_blocking(pipe.fileno(), False)
        self._ready = selectors.DefaultSelector()
        self._ready.register(pipe, selectors.EVENT_READ)

    def read(self, seconds: float) -> bool:
        """Take what has been printed, waiting at most this long for it; False if there was nothing."""
        if not self._ready.select(seconds):
            return False
        chunk = os.read(self._pipe.fileno(), _CHUNK)
        if not chunk:  # closed at the other end: from here on `read` only waits
            self._ready.unregister(self._pipe)
            return False
        self._lost = self._lost or len(self._kept) + len(chunk) > MAX_LOG
        self._kept = (self._kept + chunk)[-MAX_LOG:]
        return True

    def read_rest(self) -> None:
        """Take what a process that has ended left in the pipe, which holds no more than this."""
        for _ in range(16):
            if not (self._ready.get_map() and self.read(0)):
                return

    def text(self) -> str:
        """Return what is kept, saying so if it is not all."""
        return ("[...]" if self._lost else "") + self._kept.decode("utf-8", errors="replace")

    def close(self) -> None:
        """Stop listening."""
        self._ready.close()
        self._pipe.close()


def _read_result(file: Path, log: str, exit_code: int) -> Ran:
    if not file.is_file():
        by = f"by {signal.Signals(-exit_code).name}" if exit_code < 0 else f"with exit code {exit_code}"
        raise StepFailed(f"the script's process was ended {by} before its handler returned", log)
    answer = json.loads(file.read_text(encoding="utf-8"))
    if "Error" not in answer:
        return Ran(answer["Payload"], None, log)
    error = answer["Error"]
    what = " ".join(f"{error['Type']}: {error['Message']}".split())
    shown = what if len(what) <= _MAX_MESSAGE else f"{what[:_MAX_MESSAGE]}..."
    trace = tuple((line, name) for line, name in error["Trace"])
    return Ran(None, ScriptError(shown, trace[-1][0] if trace else None, trace), log)
