"""Run a program of this package so that it reaches one TCP port, and of files its own.

Started as ``python -I confined.py SETTINGS PROGRAM ARGUMENT...``; SETTINGS is JSON: ``port`` (the only TCP
port it may connect to; null for any), ``read`` (files and folders), ``write`` (folders). Standard library
only.

It uses Landlock (https://docs.kernel.org/userspace-api/landlock.html), which needs no privileges, holds for
every process that the program starts, and cannot be taken off again: the person's ``~/.aws`` cannot be read,
nor the memory and the variables of other processes, and from Linux 6.7 on no other TCP port can be called.
Landlock knows nothing of other sockets (UDP, raw, Unix: Docker's), so where one port is allowed a seccomp
filter (https://docs.kernel.org/userspace-api/seccomp_filter.html) lets nobody open one that is not TCP, nor
listen, nor connect by TCP Fast Open, which Landlock does not see. Landlock tells ports apart, not addresses.
A system without them runs the program unconfined; docs/adr/0008 says what is left then.
"""

import ctypes
import errno
import json
import os
import platform
import runpy
import sys
from contextlib import suppress
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH, _NET_PORT = 1, 2
_NO_NEW_PRIVS, _GET_SECCOMP, _SET_SECCOMP, _FILTER = 38, 21, 22, 2
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_TRUNCATE = 1 << 14
_BIND, _CONNECT = 1, 2
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
# What each version of Landlock knows: so many rights to files; later TCP, then abstract sockets and signals.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_KNOWS_TCP, _KNOWS_SIGNALS = 4, 6
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
# By machine: what the kernel calls it (linux/audit.h); the numbers of socket(), socketpair(), listen(), and
# of what sends, with the place of its flags. io_uring goes round all of them.
_CALLS = {
    "x86_64": (0xC000003E, 41, 53, 50, ((44, 3), (46, 2), (307, 3))),
    "aarch64": (0xC00000B7, 198, 199, 201, ((206, 3), (211, 2), (269, 3))),
}
_FASTOPEN = 0x20000000
_IO_URING_SETUP, _OTHER_NUMBERS = 425, 0x40000000
_SYSTEM = ("/bin", "/etc", "/lib", "/lib64", "/usr")


def landlock() -> int:
    """Return the version of Landlock that this system has, 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def confine(settings: dict[str, Any]) -> bool:
    """Confine this process for good; returns whether the system can."""
    libc = ctypes.CDLL(None, use_errno=True)
    version, port = landlock(), settings["port"]
    if version < 1:
        return False
    rights = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    attributes = (ctypes.c_uint64 * 3)(
        rights,
        _BIND | _CONNECT if port is not None and version >= _KNOWS_TCP else 0,
        3 if version >= _KNOWS_SIGNALS else 0,
    )
    size = 8 if version < _KNOWS_TCP else 16 if version < _KNOWS_SIGNALS else 24
    rules = libc.syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    for path in (*_SYSTEM, *settings["read"]):
        _allow(libc, rules, path, _READ & rights)
    for path in settings["write"]:
        _allow(libc, rules, path, rights)
    for path in _DEVICES:
        _allow(libc, rules, path, (_READ_FILE | _WRITE_FILE) & rights)
    if port is not None and version >= _KNOWS_TCP:
        allowed = (ctypes.c_uint64 * 2)(_CONNECT, port)
        libc.syscall(_ADD_RULE, rules, _NET_PORT, ctypes.byref(allowed), 0)
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.syscall(_RESTRICT_SELF, rules, 0):
        raise OSError(ctypes.get_errno(), "cannot confine this process")
    os.close(rules)
    if port is not None:
        _allow_tcp_only(libc)
    return True


def keeps_to_one_port() -> bool:
    """Tell whether on this system a port that is allowed is all that can be called."""
    return landlock() >= _KNOWS_TCP and _filters()


def _filters() -> bool:
    return platform.machine() in _CALLS and ctypes.CDLL(None).prctl(_GET_SECCOMP, 0, 0, 0, 0) >= 0


def _allow_tcp_only(libc: ctypes.CDLL) -> None:
    """Refuse this process, and what it starts, every socket that Landlock would not see."""
    if not _filters():
        return
    arch, socket, socketpair, listen, flags = _CALLS[platform.machine()]
    # linux/bpf_common.h and seccomp.h: load a word of the call; compare, jump if so, if not; and; return.
    load, equal, least, some, mask, end = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
    number, family, kind, protocol = (load, 0, 0, 0), (load, 0, 0, 16), (load, 0, 0, 24), (load, 0, 0, 32)
    refused = (end, 0, 0, 0x00050000 | errno.EACCES)
    allowed = (end, 0, 0, 0x7FFF0000)
    program = [
        (load, 0, 0, 4),
        (equal, 1, 0, arch),  # a program for another machine has other numbers
        refused,
        number,
        (least, 2, 0, _OTHER_NUMBERS),
        (equal, 1, 0, _IO_URING_SETUP),
        (equal, 0, 1, listen),  # unbound, it would take a port that everybody may call
        refused,
    ]
    for call, argument in flags:  # TCP Fast Open connects without asking Landlock
        program += [
            (equal, 0, 4, call),
            (load, 0, 0, 16 + 8 * argument),
            (some, 0, 1, _FASTOPEN),
            refused,
            allowed,
        ]
    program += [
        (equal, 0, 6, socketpair),  # of datagrams, it could send to any Unix socket
        family,
        (equal, 0, 3, 1),
        kind,
        (mask, 0, 0, 0xF),
        (equal, 11, 0, 1),
        refused,
        (equal, 0, 9, socket),
        family,  # IPv4 or IPv6
        (equal, 1, 0, 2),
        (equal, 0, 7, 10),
        kind,  # a stream, whatever its flags
        (mask, 0, 0, 0xF),
        (equal, 0, 4, 1),
        protocol,  # the family's own, or TCP
        (equal, 1, 0, 0),
        (equal, 0, 1, 6),
        allowed,
        refused,
    ]
    filters = (_Instruction * len(program))(*(_Instruction(*one) for one in program))
    if libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(_Program(len(program), filters)), 0, 0):
        raise OSError(ctypes.get_errno(), "cannot confine this process")


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("yes", ctypes.c_uint8),
        ("no", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filters", ctypes.POINTER(_Instruction)))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    """Add a rule for a file or a folder; what is not there needs none."""
    with suppress(OSError):
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]  # Linux
        try:
            allowed = rights if os.path.isdir(path) else rights & _OF_A_FILE  # noqa: PTH112 - pathlib costs a start
            rule = _PathBeneath(allowed, file)
            libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(file)


if __name__ == "__main__":
    confine(json.loads(sys.argv[1]))
    del sys.argv[:2]
    runpy.run_path(sys.argv[0], run_name="__main__")
