"""Run a rule in a process of its own, behind the read-only guard."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rulebook.automation.actions.base import Context
from rulebook.automation.failures import StepTimedOut
from rulebook.automation.guard import Caller
from rulebook.automation.script_process import GUARD_PORT, confined, environment, run_program
from rulebook.project import RuleFolder

MAX_SECONDS = 900.0  # no function of Lambda may take longer
_CHILD = Path(__file__).with_name("rule_child.py")


def judge(
    rule: RuleFolder,
    event: Mapping[str, Any],
    parameters: Mapping[str, str],
    resource_types: Sequence[str],
    caller: Caller,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Let a rule judge.

    Args:
        rule: its folder goes first on the path of a new Python, and no other rule's.
        event: the event of a scheduled invocation.
        parameters: as Config passes them.
        resource_types: of a rule that changes trigger.
        caller: its side of the guard.
        tell: told of each line that the rule printed.

    Returns:
        What ``rule_child`` wrote; an ``Error`` of Kind ``Ended`` if it wrote nothing.
    """
    with TemporaryDirectory(prefix="rulebook-rule-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "home").mkdir()
        own = str(rule.folder.resolve())
        request = {
            "Rule": rule.name,
            "Folder": own,
            "Event": dict(event),
            "Parameters": dict(parameters),
            "ResourceTypes": list(resource_types),
        }
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        port = int(caller.environment[GUARD_PORT])
        program = confined([str(_CHILD), str(folder)], port, [own], folder)
        context = Context(caller.environment, threading.Event(), time.monotonic() + MAX_SECONDS)
        try:
            log, code = run_program(program, environment(caller.environment, folder / "home"), context)
        except StepTimedOut as end:
            log, why = end.log, f"it had not judged after {MAX_SECONDS:g} seconds"
        else:
            why = f"its process ended with exit code {code} before it had judged"
        for line in log.splitlines():
            tell(line)
        return _answer(folder / "result.json", why)


def _answer(file: Path, why: str) -> dict[str, Any]:
    try:
        answer = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"Error": {"Kind": "Ended", "Message": why}}
    return dict(answer)
