"""A publisher that is told to end at the question leaves nothing behind: a real process, a real signal."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.cloudformation.models import cloudformation_backends

from rulebook.sandbox import Sandbox

from .conftest import ROOT

QUESTION = "Apply these changes? [y/N]"


@pytest.fixture
def publisher(account: Sandbox) -> Iterator[subprocess.Popen[str]]:
    """`rulebook publish` with a terminal as its stdin, at the question."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [str(Path(sys.executable).with_name("rulebook")), "--root", str(ROOT), "publish"]
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda one: one.name)
def test_a_signal_at_the_question_undoes_the_plans(
    account: Sandbox, publisher: subprocess.Popen[str], number: signal.Signals
) -> None:
    until_asked(publisher)
    backend = cloudformation_backends[account.account_id]["us-east-1"]
    assert len(backend.change_sets) == len(backend.stacks) == 3
    publisher.send_signal(number)
    _, said = publisher.communicate(timeout=120)
    assert (publisher.returncode, said.strip()) == (130, "rulebook: interrupted; nothing was changed")
    assert (backend.change_sets, backend.stacks) == ({}, {})
