"""A publisher that is told to end at the question leaves nothing behind: a real process, a real signal."""

import io
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from moto.cloudformation.models import cloudformation_backends

from rulebook.cli.interruption import handled
from rulebook.sandbox import Sandbox

from .conftest import Command

QUESTION = "Apply these changes? [y/N]"


@pytest.fixture
def publisher(account: Sandbox, short: Path) -> Iterator[subprocess.Popen[str]]:
    """`rulebook publish` with a terminal as its stdin, at the question."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [str(Path(sys.executable).with_name("rulebook")), "--root", str(short), "publish"]
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        command,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | account.environment(),
    )
    os.close(theirs)
    yield process
    process.kill()
    process.communicate()
    os.close(ours)


def until_asked(process: subprocess.Popen[str]) -> str:
    said = ""
    while QUESTION not in said:
        assert process.stderr is not None
        letter = process.stderr.read(1)
        assert letter, said
        said += letter
    return said


# One process by day: what the other signals do is seen in this process.
SIGNALS = [
    signal.SIGTERM,
    pytest.param(signal.SIGHUP, marks=pytest.mark.long),
    pytest.param(signal.SIGINT, marks=pytest.mark.long),
]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
def test_a_signal_at_the_question_undoes_the_plans(
    account: Sandbox, publisher: subprocess.Popen[str], number: signal.Signals
) -> None:
    until_asked(publisher)
    backend = cloudformation_backends[account.account_id]["us-east-1"]
    assert len(backend.change_sets) == len(backend.stacks) == 3
    time.sleep(0.5)  # Python does not notice a signal that comes right before it begins to read
    publisher.send_signal(number)
    _, said = publisher.communicate(timeout=120)
    assert (publisher.returncode, said.strip()) == (130, "rulebook: interrupted; nothing was changed")
    assert (backend.change_sets, backend.stacks) == ({}, {})


def unheeded(number: int, _: FrameType | None) -> None:
    pytest.fail(f"signal {number} is not handled at the question")


@pytest.mark.usefixtures("no_stacks_left")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda one: one.name)
def test_each_signal_at_the_question_undoes_the_plans(
    rulebook: Command, account: Sandbox, short: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    backend = cloudformation_backends[account.account_id]["us-east-1"]
    terminal, there = io.StringIO(), []

    def answer() -> str:
        there.extend(backend.change_sets)
        signal.raise_signal(number)
        return "y\n"

    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(terminal, "readline", answer)
    monkeypatch.setattr("sys.stdin", terminal)
    with handled({number} - {signal.SIGINT}, unheeded):
        ended = rulebook("publish", root=short)
    assert (ended.code, ended.last_line) == (130, f"{QUESTION} rulebook: interrupted; nothing was changed")
    assert (len(there), backend.change_sets, backend.stacks) == (3, {}, {})
