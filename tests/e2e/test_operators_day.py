"""The README's operator section, command by command in its order, and every command's own example."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from rulebook.cli import command_modules
from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import evaluate_now, results
from rulebook.operating.executions import wait_for_remediations
from rulebook.sandbox import KeySeed
from rulebook.sandbox.rdk_waits import shortened

ROOT = Path(__file__).parents[2]
KEYS = "ACCESS_KEYS_ROTATED_CUSTOM"
PATIENCE = timedelta(minutes=5)
# Before `rdk init` there is no recorder, and doctor says so; then everything must end well.
ALSO_GOOD = {"doctor": 1}


def operator_commands() -> list[list[str]]:
    """Return the commands of README's section on deployment, in order, without their comments."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## Deploy with rdk") : text.index("## What is automatic")]
    blocks = re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return [
        words
        for block in blocks
        for line in block.splitlines()
        if (words := shlex.split(line, comments=True))
    ]


def run(workspace: Workspace, words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one command as a person would, in the copy of the project."""
    program, *arguments = words
    return subprocess.run(  # noqa: S603 - the installed rdk and rulebook
        [str(Path(sys.executable).parent / program), *arguments],
        cwd=folder,
        env=workspace.account.environment() | (shortened() if program == "rdk" else {}),
        input="y\n",
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_readmes_commands_work_in_their_order(workspace: Workspace) -> None:
    account = workspace.account
    stale = account.add_user("stale", created=timedelta(days=300), keys=[KeySeed(timedelta(days=200))])
    folder = workspace.project.root
    seen = []
    for words in operator_commands():
        if words[0] == "cd":
            folder /= words[1]
            continue
        done = run(workspace, words, folder)
        assert done.returncode in {0, ALSO_GOOD.get(words[1])}, f"{words}: {done.stdout}{done.stderr}"
        seen.append((words[1], done.stdout))
        if words[:2] == ["rdk", "deploy"]:
            evaluate_now(account.client("config"), [KEYS], PATIENCE)
            wait_for_remediations(account.client("config"), KEYS, [stale], PATIENCE)
    said = dict(seen)
    assert [name for name, _ in seen] == [
        "doctor",
        "evaluate",
        "preview",
        "init",
        "deploy",
        "history",
        "undeploy",
    ]
    assert "stale has a stale access key" in " ".join(said["evaluate"].split())
    assert "1 change in all. Nothing was: it was a dry run." in " ".join(said["preview"].split())
    assert "Deleted" in said["history"]
    assert account.client("config").describe_config_rules()["ConfigRules"] == []


@pytest.fixture(scope="module")
def deployed(workspace: Workspace) -> Workspace:
    """The key pair as shipped, judged once."""
    workspace.rdk("deploy", KEYS)
    evaluate_now(workspace.account.client("config"), [KEYS], PATIENCE)
    assert results(workspace.account.client("config"), KEYS)
    return workspace


RUNS_ON = {"sandbox", "demo"}  # the first until Ctrl-C, and both are started in tests of their own


@pytest.mark.parametrize(
    "module",
    [one for one in command_modules() if one.__name__.rpartition(".")[2] not in RUNS_ON],
    ids=lambda module: module.__name__.rpartition(".")[2],
)
def test_the_example_that_ends_a_commands_help_works(module: object, deployed: Workspace) -> None:
    examples = re.findall(r"^  (rulebook .*)$", str(vars(module)["EXAMPLE"]), re.MULTILINE)
    assert examples
    for line in examples:
        done = run(deployed, shlex.split(line), deployed.project.root)
        assert (done.returncode, bool(done.stdout + done.stderr)) == (0, True), (
            f"{line}: {done.stdout}{done.stderr}"
        )
