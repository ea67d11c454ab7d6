"""Runs inside a rule's own process: load it as Lambda does, let it parse parameters, write what it said.

Started as ``python -I child.py FOLDER``; FOLDER holds ``request.json`` (Rule, Folder, Parameters, Further),
the answer is written to ``result.json`` (Outcome, Message, Comparable, Further). It imports nothing of ours,
so that a rule finds its own folder and the installed packages, as in Lambda.
"""

import contextlib
import importlib
import json
import os
import platform
import re
import sys
from pathlib import Path
from typing import Any


class _NotLoaded(Exception):
    """The rule's module or class cannot be had."""


class _ImportMissing(_NotLoaded):
    """The rule imports what is not installed."""


class _Refused(Exception):
    """The rule raised InvalidParametersError."""


class _Failed(Exception):
    """The rule raised anything else."""


_OUTCOMES = {
    _ImportMissing: "import-missing",
    _NotLoaded: "not-loaded",
    _Refused: "refused",
    _Failed: "failed",
}


def main(folder: Path) -> None:
    """Answer the request in a folder."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    answer = {"Outcome": "accepted", "Message": "", "Comparable": False, "Further": {}}
    try:
        answer |= _answer(request)
    except tuple(_OUTCOMES) as error:
        answer |= {"Outcome": _OUTCOMES[type(error)], "Message": str(error)}
    (folder / "result.tmp").write_text(json.dumps(answer), encoding="utf-8")
    (folder / "result.tmp").rename(folder / "result.json")


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    evaluator = _load(request["Rule"], request["Folder"])
    given = request["Parameters"]
    parsed = _parse(evaluator, given)
    # A name that no rule has: what it makes of that, it makes of every name it does not know.
    stranger, _ = _said(evaluator, given, "zzzzzzzz", "1", parsed)
    if stranger == "differs" or not _equal(parsed, _parse(evaluator, given)):
        return {}
    further = {
        name: _further(evaluator, given, name, value, parsed) for name, value in request["Further"].items()
    }
    return {"Comparable": True, "Further": further}


def _further(evaluator: Any, given: dict[str, str], name: str, value: str, parsed: Any) -> dict[str, str]:
    kind, message = _said(evaluator, given, name, value, parsed)
    stranger = "z" * len(name)  # as long, because messages may be shortened
    if kind == "refused" and _said(evaluator, given, stranger, value, parsed) == (
        kind,
        re.sub(rf"\b{re.escape(name)}\b", stranger, message),
    ):
        kind = "unknown"
    return {"Kind": kind, "Message": message}


def _said(evaluator: Any, given: dict[str, str], name: str, value: str, parsed: Any) -> tuple[str, str]:
    try:
        same = _equal(parsed, _parse(evaluator, {**given, name: value}))
    except (_Refused, _Failed) as error:
        return "refused", str(error)
    return "same" if same else "differs", ""


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - values of anybody's class: what cannot be compared is not equal
        return False


def _parse(evaluator: Any, parameters: dict[str, str]) -> Any:
    try:
        return evaluator.evaluate_parameters(dict(parameters))
    except BaseException as error:
        if any(kind.__name__ == "InvalidParametersError" for kind in type(error).__mro__):
            raise _Refused(str(error)) from error
        raise _Failed(f"raises {type(error).__name__}: {error}") from error


def _load(rule: str, folder: str) -> Any:
    sys.path.insert(0, folder)
    try:
        module = importlib.import_module(rule)
        return getattr(module, rule)()
    except ModuleNotFoundError as error:
        raise _ImportMissing(str(error)) from error
    except BaseException as error:
        raise _NotLoaded(f"{type(error).__name__}: {error} (Python {platform.python_version()})") from error


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # a rule may have closed it
            stream.flush()
    os._exit(0)  # threads that a rule left behind do not keep anybody waiting
