"""Runs inside a script's own process: call the handler, write what it returned.

Started as ``python -I child.py FOLDER``. It imports the standard library only, so that nothing of ours is
there for a script to lean on. FOLDER holds ``request.json`` (Handler, Events, MaxOutput), ``script.py`` and,
for a step with one, the folder ``attachment``;
the answer is written to ``result.json``: ``{"Payload": ...}`` or ``{"Error": {"Type", "Message",
"Trace"}}``. Standard output belongs to the script.
"""

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

_FRAMES = 20  # of a trace


def main(folder: Path) -> None:
    """Answer the request in a folder."""
    script = folder / "script.py"
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    sys.argv = [str(script)]
    try:
        answer = _call(script, request)
    except BaseException as error:  # noqa: BLE001 - whatever a script raises, SystemExit too, is this step's failure
        answer = json.dumps({"Error": _describe(error, script)})
    (folder / "result.tmp").write_text(answer, encoding="utf-8")
    (folder / "result.tmp").rename(folder / "result.json")


def _call(script: Path, request: dict[str, Any]) -> str:
    returned = _handler(script, request["Handler"])(request["Events"], {})
    try:
        answer = json.dumps({"Payload": returned}, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{request['Handler']} returned what JSON cannot hold: {error}") from None
    if len(answer) > request["MaxOutput"]:
        raise ValueError(f"the output has {len(answer)} bytes, more than the {request['MaxOutput']} allowed")
    return answer


def _handler(script: Path, name: str) -> Any:
    """Return a function of the script or, by ``module.function``, of the attachment beside it."""
    attached = script.with_name("attachment")
    if attached.is_dir():
        sys.path.insert(0, str(attached))
    module, dot, function = name.replace("/", ".").rpartition(".")
    if dot and attached.is_dir():
        found, where = vars(importlib.import_module(module)), f"module {module} of the attachment"
    else:
        # The poorest way there is: AWS's loader is not published, so a script must need no more than this.
        found, where, function = {"__name__": "customer_script"}, "script", name
        exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), found)  # noqa: S102 - its purpose
    if not callable(found.get(function)):
        raise NameError(f"the {where} has no function {function}")  # noqa: TRY004 - no type is wrong
    return found[function]


def _describe(error: BaseException, script: Path) -> dict[str, Any]:
    return {"Type": type(error).__name__, "Message": str(error), "Trace": _trace(error, str(script))}


def _trace(error: BaseException, script: str) -> "list[tuple[int, str]]":
    """Return line and function of the script that the error passed through, the innermost last."""
    found = []
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == script:
            found.append((trace.tb_lineno, trace.tb_frame.f_code.co_name))
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == script and error.lineno:
        found.append((error.lineno, "<module>"))
    # Of an endless recursion both ends tell everything.
    return found if len(found) <= _FRAMES else found[: _FRAMES // 2] + found[-_FRAMES // 2 :]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # a script may have closed it
            stream.flush()
    os._exit(0)  # threads that a script left behind do not keep its step waiting
