"""Runs in a process of its own: load each script of a folder in three ways, and say which failed first.

Started as ``python -I loading_child.py FOLDER``. FOLDER holds ``request.json`` (Scripts: how many; Seconds:
for each) and ``script0.py``, ``script1.py`` and so on. A line of JSON a script is added to ``results.jsonl``:
``{"Way", "Type", "Message", "Line"}``, or ``null`` if it loads in every way.
"""

import importlib.util
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Nothing leaves this process, not by another process either.
REFUSED = {
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"),
    *("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"),
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"),
}


def as_registered_module(script: Path, name: str) -> None:
    """Load as ``import`` does."""
    _as_module(script, name, register=True)


def as_unregistered_module(script: Path, name: str) -> None:
    """Load as many loaders do, cdk-ssm-documents among them."""
    _as_module(script, name, register=False)


def in_bare_namespace(script: Path, name: str) -> None:
    """Execute with a name and nothing else."""
    exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), {"__name__": name})  # noqa: S102 - its purpose


# The richest first: what fails there fails everywhere.
WAYS: dict[str, Callable[[Path, str], None]] = {
    "": as_registered_module,
    "as a module that is not in sys.modules": as_unregistered_module,
    "in a bare namespace": in_bare_namespace,
}


def main(folder: Path) -> None:
    """Answer the request in a folder."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    sys.addaudithook(_refuse)
    signal.signal(signal.SIGALRM, _too_long)
    for number in range(request["Scripts"]):
        result = _load(folder / f"script{number}.py", request["Seconds"])
        with (folder / "results.jsonl").open("a", encoding="utf-8") as results:
            results.write(f"{json.dumps(result)}\n")


def _load(script: Path, seconds: float) -> dict[str, Any] | None:
    """Return the first way that fails, if any."""
    for number, (way, load) in enumerate(WAYS.items()):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            load(script, f"customer_{script.stem}_{number}")
        except BaseException as error:  # noqa: BLE001 - whatever a script raises, SystemExit too
            signal.setitimer(signal.ITIMER_REAL, 0)
            lines = [
                one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == str(script)
            ]
            found = {"Way": way, "Type": type(error).__name__, "Message": str(error)}
            return {**found, "Line": lines[-1] if lines else 1}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def _as_module(script: Path, name: str, *, register: bool) -> None:
    spec = importlib.util.spec_from_file_location(name, script)
    assert spec is not None  # noqa: S101 - a path that ends in .py
    assert spec.loader is not None  # noqa: S101 - the same
    module = importlib.util.module_from_spec(spec)
    if register:
        sys.modules[name] = module
    spec.loader.exec_module(module)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in REFUSED:
        raise PermissionError(f"{event} is not for a script that is only loaded")


def _too_long(*_: object) -> None:
    raise TimeoutError("it takes too long")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    os._exit(0)  # threads that a script left behind keep nobody waiting
