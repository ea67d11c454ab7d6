"""Run a program of this package so that by TCP it reaches one port of this machine, and of files its own.

Started as ``python -I confined.py SETTINGS PROGRAM ARGUMENT...``; SETTINGS is JSON: ``port`` (the only TCP
port it may connect to; null for any), ``read`` (files and folders), ``write`` (folders). Standard library
only.

It uses Landlock (https://docs.kernel.org/userspace-api/landlock.html), which needs no privileges, holds for
every process that the program starts, and cannot be taken off again: the person's ``~/.aws`` cannot be read,
nor the memory and the variables of other processes, and from Linux 6.7 on no other TCP port can be called.
Landlock knows nothing of UDP, raw and Unix sockets: those stay open.
A system without it runs the program unconfined; docs/adr/0008 says what is left then.
"""

import ctypes
import json
import os
import runpy
import sys
from contextlib import suppress
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH, _NET_PORT = 1, 2
_NO_NEW_PRIVS = 38
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_TRUNCATE = 1 << 14
_BIND, _CONNECT = 1, 2
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
# What each version of Landlock knows: so many rights to files; later TCP, then abstract sockets and signals.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
KNOWS_TCP, _KNOWS_SIGNALS = 4, 6
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
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
        _BIND | _CONNECT if port is not None and version >= KNOWS_TCP else 0,
        3 if version >= _KNOWS_SIGNALS else 0,
    )
    size = 8 if version < KNOWS_TCP else 16 if version < _KNOWS_SIGNALS else 24
    rules = libc.syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    for path in (*_SYSTEM, *settings["read"]):
        _allow(libc, rules, path, _READ & rights)
    for path in settings["write"]:
        _allow(libc, rules, path, rights)
    for path in _DEVICES:
        _allow(libc, rules, path, (_READ_FILE | _WRITE_FILE) & rights)
    if port is not None and version >= KNOWS_TCP:
        allowed = (ctypes.c_uint64 * 2)(_CONNECT, port)
        libc.syscall(_ADD_RULE, rules, _NET_PORT, ctypes.byref(allowed), 0)
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.syscall(_RESTRICT_SELF, rules, 0):
        raise OSError(ctypes.get_errno(), "cannot confine this process")
    os.close(rules)
    return True


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
