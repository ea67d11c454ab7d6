"""Run a rule in a process of its own, behind the read-only guard."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rulebook.authoring.rule_process import ask_in_process
from rulebook.automation.actions.base import Context
from rulebook.automation.guard import GuardedCaller
from rulebook.automation.script_process import GUARD_PORT
from rulebook.project import RuleFolder

MAX_SECONDS = 900.0  # no function of Lambda may take longer
_TASK = Path(__file__).with_name("judging_task.py")


def judge_in_process(
    rule: RuleFolder,
    event: Mapping[str, Any],
    parameters: Mapping[str, str],
    resource_types: Sequence[str],
    caller: GuardedCaller,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Let a rule judge.

    Args:
        rule: which.
        event: the event of a scheduled invocation.
        parameters: as Config passes them.
        resource_types: of a rule that changes trigger.
        caller: its side of the guard.
        tell: told of each line that the rule printed.

    Returns:
        What ``judging_task`` answers; an ``Error`` of Kind ``Ended`` if it did not.
    """
    request = {
        "Event": dict(event),
        "Parameters": dict(parameters),
        "ResourceTypes": list(resource_types),
    }
    context = Context(caller.environment, threading.Event(), time.monotonic() + MAX_SECONDS)
    port = int(caller.environment[GUARD_PORT])
    ended = ask_in_process(_TASK, rule.name, rule.folder, request, context, port)
    for line in ended.log.splitlines():
        tell(line)
    why = f"its process ended with exit code {ended.exit_code} before it had judged"
    if ended.exit_code is None:
        why = f"it had not judged after {MAX_SECONDS:g} seconds"
    try:
        return dict(json.loads(ended.answer))
    except ValueError:
        return {"Error": {"Kind": "Ended", "Message": why}}
