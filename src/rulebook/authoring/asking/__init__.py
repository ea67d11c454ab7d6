"""What a rule says of its parameters, asked of the rule itself: it alone knows ranges, spelling and defaults.

It answers in a process of its own (``authoring.rule_process``), without credentials, and within a limit of
time.
"""

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rulebook.authoring.rule_process import Ended, ask_in_process
from rulebook.automation.actions.base import Context

SECONDS = 30.0  # more than any rule needs to parse parameters, on a busy machine too
_TASK = Path(__file__).with_name("task.py")
_NO_PORT = 0  # nobody can be called at it

Outcome = Literal["accepted", "refused", "failed", "not-loaded", "import-missing"]
_OUTCOMES: tuple[Outcome, ...] = ("accepted", "refused", "failed", "not-loaded", "import-missing")


@dataclass(frozen=True)
class Question:
    """What one rule is asked.

    Attributes:
        rule: its name.
        folder: where it lies.
        region: in which it believes to be.
        parameters: what Config passes to it.
        further: parameters that Config does not pass, each with a value that it is asked about.
    """

    rule: str
    folder: Path
    region: str
    parameters: Mapping[str, str]
    further: Mapping[str, str]


@dataclass(frozen=True)
class Further:
    """What a rule says of one more parameter.

    Attributes:
        kind: ``same``: with this value it judges as without; ``differs``: it does not; ``unknown``: it has
            no such parameter; ``refused``: it has, and refuses the value.
        message: why it refused.
    """

    kind: str
    message: str = ""


@dataclass(frozen=True)
class Answer:
    """What one rule says.

    Attributes:
        outcome: ``refused``: InvalidParametersError; ``failed``: any other error, or no answer in time;
            ``import-missing``: it imports what is not installed here.
        message: why, unless it accepted.
        comparable: whether what it makes of its parameters can be compared by value; a rule that reads them
            only when it judges cannot tell its defaults.
        further: by the name asked about; empty unless it accepted and is comparable.
    """

    outcome: Outcome
    message: str = ""
    comparable: bool = False
    further: Mapping[str, Further] = field(default_factory=dict)


_ANSWERS: dict[tuple[object, ...], Answer] = {}  # a run that builds more than once asks once


def ask_rules(questions: Sequence[Question]) -> list[Answer]:
    """Ask rules, some at a time; the same question to the same code has the same answer."""
    stop = threading.Event()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        try:
            return list(pool.map(lambda question: _remembered(question, stop), questions))
        except BaseException:
            stop.set()  # ends the processes, for which leaving the pool waits
            raise


def _remembered(question: Question, stop: threading.Event) -> Answer:
    files = ((path.name, path.read_bytes()) for path in sorted(question.folder.glob("*.py")))
    values = (tuple(question.parameters.items()), tuple(question.further.items()))
    key = (question.rule, question.region, *values, *files)
    if key not in _ANSWERS:
        _ANSWERS[key] = _ask(question, stop)
    return _ANSWERS[key]


def _ask(question: Question, stop: threading.Event) -> Answer:
    request = {"Parameters": dict(question.parameters), "Further": dict(question.further)}
    region = {"AWS_REGION": question.region, "AWS_DEFAULT_REGION": question.region}
    context = Context(region, stop, time.monotonic() + SECONDS)
    return _answer(ask_in_process(_TASK, question.rule, question.folder, request, context, _NO_PORT))


def _answer(ended: Ended) -> Answer:
    if ended.exit_code is None:
        return Answer("failed", f"gave no answer within {SECONDS:g} seconds")
    try:
        said: dict[str, Any] = json.loads(ended.answer)
        outcome = next(one for one in _OUTCOMES if one == said["Outcome"])
        return Answer(
            outcome, _one_line(said["Message"]), bool(said["Comparable"]), dict(_further(said["Further"]))
        )
    except (ValueError, LookupError, TypeError, StopIteration):
        return Answer("failed", f"ended its process with exit code {ended.exit_code} before it had answered")


def _further(said: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, Further]]:
    for name, one in said.items():
        yield name, Further(one["Kind"], _one_line(one["Message"]))


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
