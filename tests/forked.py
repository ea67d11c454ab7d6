"""``rulebook``, ``rdk`` and ``aws`` as forks of a Python that has imported them: it spares their imports.

A fork runs the installed program, unmodified, in a process with its own arguments, environment, folder,
files, signals and exit code. Of the Python that it comes from it has modules, and what botocore read of its
models; of another fork it has nothing. Of each program some tests make a start from nothing.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

HERE, BIN = Path(__file__).parent, Path(sys.executable).parent
MODELS = ("cloudformation", "config", "iam", "lambda", "logs", "s3", "ssm", "sts")
STAND_IN = """#!{python} -IS
import sys
sys.path.insert(0, {here!r})
import forked
forked.stand_in({program!r}, {at!r})
"""


@cache
def forks(*programs: str) -> Path:
    """Return a folder with those programs, to stand before any other in PATH."""
    folder = _temporary()
    for program in programs:
        # awscli puts a botocore that it brings along in the place of ours: a Python of its own.
        at = _listening("aws" if program == "aws" else "rulebook")
        text = STAND_IN.format(python=sys.executable, here=str(HERE), program=program, at=at)
        (folder / program).write_text(text, encoding="utf-8")
        (folder / program).chmod(0o700)
    return folder


@cache
def _listening(imported: str) -> str:
    """Start the Python that is to be forked, which ends when this one does; return where it listens."""
    at = str(_temporary() / "socket")
    server = subprocess.Popen(  # noqa: S603 - this file
        [sys.executable, __file__, imported, at], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(server.communicate)
    if not server.stdout or not server.stdout.readline():
        raise RuntimeError(f"the Python of {imported} could not be started: see stderr")
    return at


def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="forks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def stand_in(program: str, at: str) -> None:
    """Be, for whoever started this process, the fork: its files, its signals, its end."""
    asked = {
        "argv": [str(BIN / program), *sys.argv[1:]],
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
    }
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(at)
        socket.send_fds(connection, [b"f"], [0, 1, 2])
        connection.sendall(json.dumps(asked).encode() + b"\n")
        pid = _number(connection)
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda number, _: os.kill(pid, number))
        code = _number(connection)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _number(connection: socket.socket) -> int:
    return int(struct.unpack("i", connection.recv(4, socket.MSG_WAITALL))[0])


def main() -> None:
    """Import, listen, and be the program in each fork."""
    imported, at = sys.argv[1:]
    started_with = dict(os.environ)
    _import(imported)
    set_by_import = {name: it for name, it in os.environ.items() if started_with.get(name) != it}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(at)
        listener.listen()
        os.write(1, b"ready\n")
        asked = _fork_when_asked(listener)
    os.environ.clear()
    os.environ.update(set_by_import | asked["environment"])
    os.chdir(asked["folder"])
    tempfile.tempdir = None  # or TMPDIR would be that of the import
    sys.argv[:] = asked["argv"]
    sys.path[0] = str(BIN)  # where a start by hand has the program's folder
    for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        if (Path(folder) / "sitecustomize.py").exists():  # which Python itself would import
            runpy.run_path(f"{folder}/sitecustomize.py")
    runpy.run_path(sys.argv[0], run_name="__main__")


def _import(imported: str) -> None:
    if imported == "aws":
        importlib.import_module("awscli.clidriver")
    importlib.import_module("quick_botocore").install()
    if imported == "rulebook":
        importlib.import_module("rulebook.cli").parser()  # which imports every command
        importlib.import_module("rulebook.sandbox.moto_operations")
        importlib.import_module("rdk.cli")
    session = importlib.import_module("botocore.session").get_session()
    session.set_credentials("none", "none")
    for service in MODELS:
        session.create_client(service, "us-east-1")
    gc.collect()
    gc.freeze()  # or the first collection in each fork would copy it all


def _fork_when_asked(listener: socket.socket) -> dict[str, Any]:
    """Return, in the fork that is to be a program, what was asked for: argv, environment, folder."""
    signal.signal(signal.SIGCHLD, _reap)
    while True:
        ready, _, _ = select.select([listener.fileno(), 0], [], [])
        if 0 in ready:
            sys.exit()
        connection, _ = listener.accept()
        if os.fork() == 0:
            break
        connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, files, _, _ = socket.recv_fds(connection, 1, 3)
    with connection.makefile("rb") as lines:
        asked: dict[str, Any] = json.loads(lines.readline())
    if child := os.fork():
        for one in (*files, listener.fileno(), 0, 1, 2):
            os.close(one)
        _tell_of(child, connection)
    connection.close()
    for number, one in enumerate(files):
        os.dup2(one, number)
        os.close(one)
    return asked


def _tell_of(child: int, connection: socket.socket) -> None:
    """Tell the process id, and how it ended; end it if nobody listens any more."""
    connection.sendall(struct.pack("i", child))
    threading.Thread(target=_end_if_unheard, args=(child, connection), daemon=True).start()
    _, status = os.waitpid(child, 0)
    connection.sendall(struct.pack("i", os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _end_if_unheard(child: int, connection: socket.socket) -> None:
    connection.recv(1)  # nothing comes, but the end
    os.kill(child, signal.SIGKILL)


def _reap(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
