"""Ask a rule something in a process of its own: a rule is anybody's code.

It has no files but its own and Python's, and by TCP reaches one port of this machine at most, where the
system can hold a process to that (``rulebook.automation.confined``).
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rulebook.automation.actions.base import Context
from rulebook.automation.failures import StepTimedOut
from rulebook.automation.script_process import confined, environment, run_program

_CHILD = Path(__file__).with_name("child.py")


class Ended(NamedTuple):
    """What came of it.

    Attributes:
        answer: JSON as the task wrote it; empty if it wrote none.
        log: the end of what the process printed.
        exit_code: None if its time was up.
    """

    answer: str
    log: str
    exit_code: int | None


def ask_in_process(
    task: Path, rule: str, folder: Path, request: Mapping[str, Any], context: Context, port: int
) -> Ended:
    """Let a task ask a rule.

    Args:
        task: a Python file with ``answer(request, load)``; see ``child``.
        rule: its name.
        folder: where it lies; it goes first on the path of a new Python, and no other rule's.
        request: what the task gets, as JSON; the rule's name is added as ``Rule``.
        context: whose environment, time and cancellation hold.
        port: the one that may be called.

    Raises:
        StepCancelled: the context was cancelled.
    """
    with TemporaryDirectory(prefix="rulebook-rule-", ignore_cleanup_errors=True) as name:
        work = Path(name)
        (work / "home").mkdir()
        own = str(folder.resolve())
        told = {"Rule": rule, "Folder": own, **request}
        (work / "request.json").write_text(json.dumps(told), encoding="utf-8")
        program = confined([str(_CHILD), str(work), str(task)], port, [own, str(task)], work)
        code: int | None = None
        try:
            log, code = run_program(program, environment(context.environment, work / "home"), context)
        except StepTimedOut as end:
            log = end.log
        answer = ""
        with suppress(OSError, ValueError):  # nothing, or no text, is there
            answer = (work / "result.json").read_text(encoding="utf-8")
        return Ended(answer, log, code)
