"""Every command's help ends with an example, and the example runs."""

import shlex
from datetime import timedelta

import pytest

from rulebook.sandbox import KeySeed, Sandbox

from .attached import attach
from .conftest import Command


@pytest.mark.parametrize("command", ["evaluate", "preview", "history", "publish"])
def test_the_example_of_the_help_runs(rulebook: Command, account: Sandbox, command: str) -> None:
    name = f"{command}-user"
    account.add_user(name, created=timedelta(days=300), keys=[KeySeed(timedelta(days=100))])
    if command == "history":
        attach(account)
    shown = rulebook(command, "--help")
    assert shown.code == 0
    heading, example = shown.out.rstrip("\n").splitlines()[-2:]
    assert heading == "example:"
    program, *arguments = shlex.split(example)
    assert (program, arguments[0]) == ("rulebook", command)
    assert rulebook(*arguments).code == 0
