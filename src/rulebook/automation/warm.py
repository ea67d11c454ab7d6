"""A Python that has imported what most programs here import, and becomes one of them each time it is asked.

Started as ``python -I warm.py SOCKET``, the number of an open socket. A request is the JSON list of the AWS
services that the program will call, as far as is known, with two files: where the program prints, and a
connection of its own, on which this Python writes the process id, and after the end the exit code, four bytes
each. From there the child reads JSON to the end: ``Program`` (a file of Python and its arguments),
``Environment``, ``Folder``. It ends with the process that started it.

A child is a copy: it has nothing of another child but what botocore knows of the services that were named,
and nothing of our process but what ``python -I`` had. Standard library and boto3 only.
"""

import contextlib
import ctypes
import functools
import importlib
import json
import os
import pathlib  # noqa: F401
import platform  # noqa: F401
import runpy
import select
import signal
import socket
import struct
import sys
import time
from typing import Any

_PR_SET_PDEATHSIG = 1
LONGEST = 4096  # bytes of a request
MOST_READ = 60  # services: a megabyte each

with contextlib.suppress(ImportError):
    importlib.import_module("boto3")
    _botocore: Any = importlib.import_module("botocore.session")
    _botocore.create_loader = functools.cache(_botocore.create_loader)  # with what it has read


@functools.cache
def read_ahead(service: str) -> None:
    """Read once, for all children, what a client of a service reads: most of what making one takes."""
    with contextlib.suppress(Exception):  # no such service, no botocore: for the child to say
        loader = _botocore.get_session().get_component("data_loader")
        for data in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
            loader.load_data(data)
        for kind in ("service-2", "endpoint-rule-set-1", "paginators-1"):
            loader.load_service_model(service, kind)


def serve_forks(control: socket.socket) -> tuple[int, ...]:
    """Fork for each request; returns the request's files in the child, none when nobody will ask any more."""
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, int] = {}
    mine = os.getpid()
    while True:
        ready, _, _ = select.select([control.fileno(), told], [], [])
        if told in ready:
            os.read(told, 4096)
            _report(running)
        if control.fileno() not in ready:
            continue
        asked, files, _, _ = socket.recv_fds(control, LONGEST, 2)
        if not asked:
            return ()
        for service in json.loads(asked):
            if read_ahead.cache_info().currsize < MOST_READ:
                read_ahead(service)
        output, connection = files
        child = os.fork()
        # By both, so that whoever is told the number finds the group.
        with contextlib.suppress(OSError):
            os.setpgid(child, child)
        if child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # it ends with this process
            if os.getppid() != mine:
                os._exit(1)
            for one in (told, tell, *running.values()):
                os.close(one)
            return output, connection
        running[child] = connection
        os.close(output)
        _write(connection, child)


def _report(running: dict[int, int]) -> None:
    """Tell the exit code of every child that has ended."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            connection = running.pop(ended[0])
            _write(connection, os.waitstatus_to_exitcode(ended[1]))
            os.close(connection)


def _write(connection: int, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody waits for it any more
        os.write(connection, struct.pack("i", number))


def become(output: int, connection: int) -> None:
    """Let this process be as if started with a program, an environment, a folder, and where to print."""
    with open(connection, "rb") as asked:
        request = json.load(asked)
    os.environ.clear()
    os.environ.update(request["Environment"])
    time.tzset()
    os.chdir(request["Folder"])
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    sys.argv[:] = request["Program"]


if __name__ == "__main__":
    _asked = serve_forks(socket.socket(fileno=int(sys.argv[1])))
    if _asked:
        become(*_asked)
        runpy.run_path(sys.argv[0], run_name="__main__")
