"""Runs inside a rule's own process (``rule_process.child``): let it parse parameters, tell what it said.

The request has Rule, Parameters and Further, the answer Outcome, Message, Comparable and Further.
"""

import json
import platform
import re
from collections.abc import Callable
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


def answer(request: dict[str, Any], load: Callable[[], Any]) -> str:
    """Return the answer to a request as JSON."""
    said = {"Outcome": "accepted", "Message": "", "Comparable": False, "Further": {}}
    try:
        said |= _ask(_made(request["Rule"], load), request)
    except tuple(_OUTCOMES) as error:
        said |= {"Outcome": _OUTCOMES[type(error)], "Message": str(error)}
    return json.dumps(said)


def _ask(evaluator: Any, request: dict[str, Any]) -> dict[str, Any]:
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


def _made(rule: str, load: Callable[[], Any]) -> Any:
    try:
        return getattr(load(), rule)()
    except ModuleNotFoundError as error:
        raise _ImportMissing(str(error)) from error
    except BaseException as error:
        raise _NotLoaded(f"{type(error).__name__}: {error} (Python {platform.python_version()})") from error
