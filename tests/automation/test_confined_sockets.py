"""Who may call one port only opens no socket by which it could call anybody else."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from rulebook.automation import confined

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64") or not confined.landlock(),
    reason="the filter is Linux's, for two kinds of machine",
)

OPEN_ALL = """
import ctypes, errno, json, os, socket, subprocess, sys
KINDS = {
    "TCP": (socket.AF_INET, socket.SOCK_STREAM, 0),
    "TCP by name": (socket.AF_INET6, socket.SOCK_STREAM | socket.SOCK_CLOEXEC, socket.IPPROTO_TCP),
    "UDP": (socket.AF_INET, socket.SOCK_DGRAM, 0),
    "UDP 6": (socket.AF_INET6, socket.SOCK_DGRAM, 0),
    "ping": (socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
    "raw": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    "MPTCP": (socket.AF_INET, socket.SOCK_STREAM, 262),
    "SCTP": (socket.AF_INET, socket.SOCK_STREAM, 132),
    "Unix": (socket.AF_UNIX, socket.SOCK_STREAM, 0),
    "packets": (socket.AF_PACKET, socket.SOCK_RAW, 0),
    "routes": (socket.AF_NETLINK, socket.SOCK_RAW, 0),
    "machine": (socket.AF_VSOCK, socket.SOCK_STREAM, 0),
}
found = {}
for name, kind in KINDS.items():
    try:
        socket.socket(*kind).close()
        found[name] = "open"
    except OSError as error:
        found[name] = type(error).__name__
def tried(what):
    try:
        what()
    except OSError as error:
        return type(error).__name__
    return "done"
nobody = ("127.0.0.1", 9)
libc = ctypes.CDLL(None, use_errno=True)
around = {"io_uring": (425, 1, ctypes.create_string_buffer(256)), "other numbers": (0x40000000 | 41, 2, 2, 0)}
for name, call in around.items():
    libc.syscall(*call)
    found[name] = "PermissionError" if ctypes.get_errno() == errno.EACCES else "open"
found["fast open"] = tried(lambda: socket.socket().sendto(b"!", socket.MSG_FASTOPEN, nobody))
found["fast open by message"] = tried(lambda: socket.socket().sendmsg([b"!"], [], socket.MSG_FASTOPEN, nobody))
found["listening"] = tried(lambda: socket.socket().listen())
found["datagram pair"] = tried(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
if len(sys.argv) < 2:  # whoever it starts can do no more
    started = subprocess.run([sys.executable, __file__, "again"], capture_output=True, check=True)
    found["started"] = json.loads(started.stdout) == found
    one, other = socket.socketpair()
    one.sendall(b"!")
    found["pair"] = other.recv(1) == b"!"
print(json.dumps(found))
"""


def opened(port: int | None, folder: Path) -> dict[str, object]:
    program = folder / "program.py"
    program.write_text(OPEN_ALL, encoding="utf-8")
    settings = {"port": port, "read": [sys.prefix, sys.base_prefix, str(program)], "write": []}
    command = [sys.executable, "-I", confined.__file__, json.dumps(settings), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this Python
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_one_that_may_call_a_port_opens_tcp_only_and_so_does_what_it_starts(tmp_path: Path) -> None:
    found = opened(9, tmp_path)
    assert (found.pop("started"), found.pop("pair")) == (True, True)
    assert {name for name, how in found.items() if how == "open"} == {"TCP", "TCP by name"}
    assert {how for how in found.values() if how != "open"} == {"PermissionError"}


def test_one_that_may_call_anybody_keeps_the_others(tmp_path: Path) -> None:
    found = opened(None, tmp_path)
    assert {name for name, how in found.items() if how == "open"} >= {"TCP", "UDP", "Unix", "routes"}
    assert (found["listening"], found["datagram pair"]) == ("done", "done")
