"""Start a program of this package in a process of its own, with an environment of its own.

On Linux it is a copy of a Python that waits with boto3 imported (`warm`), which spares it a third of a
second of a processor. Elsewhere a process with so much imported is not safely copied: each is started anew.
"""

import atexit
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

_MOST_SERVICES, _LONGEST_NAME = 20, 50  # so that a request is short
_WARM = Path(__file__).with_name("warm.py")
_PYTHON = [sys.executable, "-I", "-B", "-X", "utf8"]
_lock = threading.Lock()
_waiting: dict[int, "_Waiting"] = {}  # by the process that started it: a copy of that has none


class PythonProcess(Protocol):
    """A process that leads a group; the part of ``subprocess.Popen`` that is used."""

    pid: int

    def poll(self) -> int | None:
        """Return the exit code, as Popen gives it, or None while it runs."""
        ...

    def wait(self) -> int:
        """Wait for the end."""
        ...


def start_python(
    program: list[str], env: dict[str, str], services: Sequence[str] = ()
) -> tuple[PythonProcess, IO[bytes]]:
    """Start a file of Python with arguments, in its HOME; return it, and what it prints.

    Args:
        program: the file, and its arguments.
        env: its whole environment.
        services: which AWS services it will call, as far as is known, so that it starts with their models.
    """
    if sys.platform == "linux":
        with suppress(OSError, EOFError):  # the one that waits was killed: by whom, only the system knows
            return _copy(program, env, services)
    process = subprocess.Popen(  # noqa: S603 - this Python with a program of this package
        [*_PYTHON, *program],
        cwd=env["HOME"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 - PIPE was asked for
    return process, process.stdout


class _Copy:
    """A copy of the Python that waits."""

    def __init__(self, connection: socket.socket) -> None:
        self.returncode: int | None = None
        self._connection = connection
        self.pid = self._number()

    def poll(self) -> int | None:
        if self.returncode is None:
            self._connection.setblocking(False)
            with suppress(BlockingIOError):
                self._end()
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            self._connection.setblocking(True)
            self._end()
        assert self.returncode is not None  # noqa: S101 - it has ended
        return self.returncode

    def _end(self) -> None:
        try:
            self.returncode = self._number()
        except (EOFError, ConnectionError):  # who would have told has been killed
            self.returncode = -signal.SIGKILL
        self._connection.close()

    def _number(self) -> int:
        told = self._connection.recv(4)
        if not told:
            raise EOFError
        return int(struct.unpack("i", told)[0])


def _copy(program: list[str], env: dict[str, str], services: Sequence[str]) -> tuple[_Copy, IO[bytes]]:
    request = {"Program": program, "Environment": env, "Folder": env["HOME"]}
    read, write = os.pipe()
    printed = open(read, "rb", buffering=0)  # noqa: SIM115, PTH123 - the caller's to close; a number, no path
    ours, theirs = socket.socketpair()
    try:
        _ask(_as_request(services), [write, theirs.fileno()])
        theirs.close()
        ours.sendall(json.dumps(request).encode())
        ours.shutdown(socket.SHUT_WR)
        return _Copy(ours), printed
    except BaseException:
        printed.close()
        ours.close()
        raise
    finally:
        os.close(write)
        theirs.close()


class _Waiting:
    """The Python that waits, and the way to it."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this Python with a program of this package
                [*_PYTHON, str(_WARM), str(theirs.fileno())],
                # botocore looks for models of the person's in HOME, once and for all copies.
                env={"HOME": os.devnull, "LC_ALL": "C.UTF-8", "TZ": "UTC", **kept},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def end(self) -> None:
        """Tell it that nobody will ask any more."""
        self.control.close()
        self._process.wait()


def _as_request(services: Sequence[str]) -> bytes:
    return json.dumps(
        [one for one in services if one.isascii() and len(one) <= _LONGEST_NAME][:_MOST_SERVICES]
    ).encode()


def _ask(services: bytes, files: list[int]) -> None:
    """Ask the Python that waits for a copy; start one if there is none, or if it has been killed."""
    mine = os.getpid()
    with _lock:
        if mine in _waiting:
            try:
                socket.send_fds(_waiting[mine].control, [services], files)
            except OSError:
                _waiting.pop(mine).end()
            else:
                return
        _waiting[mine] = _Waiting()
        socket.send_fds(_waiting[mine].control, [services], files)


@atexit.register
def _end() -> None:
    if waiting := _waiting.pop(os.getpid(), None):
        waiting.end()
