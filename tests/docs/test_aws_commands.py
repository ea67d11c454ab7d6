"""The commands that the pages show for the AWS CLI, typed into it, on the embedded account."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from docs.pages import PAGES, ROOT, aws_commands
from rulebook.sandbox import Sandbox

OPERATIONS, ORGANIZATIONS = ROOT / "docs/operations.md", ROOT / "docs/organizations.md"
SHOWN = [page for page in PAGES if any(aws_commands(page))]
# A command was understood if the service answered; ID, NAME and the like are no ids and names.
UNDERSTOOD = ("An error occurred (", "Invalid length for parameter")
WRONG = [
    "aws iam list-usrs",
    "aws ian list-users",
    "aws iam get-user --usr-name NAME",
    "aws iam get-user --user-nam NAME",
    "aws iam update-access-key --status Active",
    "aws configservice start-remediation-execution --config-rule-name A --resource-keys resourceTyp=B",
    "aws ssm create-document --name RulebookProbe --content file://nowhere.json",
]
# In a process of its own: awscli puts a botocore that it brings along in the place of ours.
TYPING = f"""
import argparse, contextlib, io, json, sys
from awscli.clidriver import create_clidriver
sys.path.append({str(ROOT / "tests")!r})
__import__("quick_botocore").install()
argparse.ArgumentParser._get_option_tuples = lambda parser, shortened: []
said = []
for words in json.load(sys.stdin):
    code, out, err = 2, io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
        code = create_clidriver().main(words)
    said.append([code, err.getvalue()])
json.dump(said, sys.stdout)
"""


def commands(page: Path) -> list[str]:
    """Return those of a page, but those with shell variables, which test_aws_pages.py runs."""
    return [one for one in aws_commands(page) if page != ORGANIZATIONS or "$" not in one]


@pytest.fixture(scope="module")
def not_understood(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the AWS CLI has against commands of all pages and wrong ones, typed into it one after the other.

    An operation that is named alone needs no options.
    """
    folder = tmp_path_factory.mktemp("shown")
    (folder / "ssm_docs").symlink_to(ROOT / "ssm_docs")
    for name in ("t.json", "pack.yaml"):
        (folder / name).write_text("{}", encoding="utf-8")
    shown = [*(one for page in SHOWN for one in commands(page)), *WRONG]
    typed = [[word for word in shlex.split(command)[1:] if word != "..."] for command in shown]
    with Sandbox.start() as account:
        done = subprocess.run(  # noqa: S603 - what pages of ours show
            [sys.executable, "-c", TYPING],
            cwd=folder,
            env=account.environment(),
            input=json.dumps(typed),
            capture_output=True,
            text=True,
            check=True,
        )
    return {
        command: said
        for command, words, (code, said) in zip(shown, typed, json.loads(done.stdout), strict=True)
        if code != 0
        and not any(one in said for one in UNDERSTOOD)
        and not (len(words) == 2 and "the following arguments are required" in said)
    }


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_the_aws_cli_understands_every_command_of_a_page(page: Path, not_understood: dict[str, str]) -> None:
    assert {one: not_understood[one] for one in commands(page) if one in not_understood} == {}


@pytest.mark.parametrize("command", WRONG)
def test_it_does_not_understand_a_wrong_one(command: str, not_understood: dict[str, str]) -> None:
    assert command in not_understood


def test_commands_are_found_in_blocks_and_in_the_text() -> None:
    found = list(aws_commands(OPERATIONS))
    assert "aws iam create-access-key --user-name NAME" in found
    assert "aws iam delete-role --role-name config-role" in found
