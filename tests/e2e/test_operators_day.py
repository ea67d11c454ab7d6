"""The page on deployment, pasted block by block, and every command's own example."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from forked import forks
from rulebook.cli import command_modules, main
from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import evaluate_now, results_of_rule
from rulebook.operating.executions import wait_for_remediations
from rulebook.sandbox import KeySeed
from rulebook.sandbox.rdk_waits import shortened

ROOT = Path(__file__).parents[2]
KEYS = "ACCESS_KEYS_ROTATED_CUSTOM"
PATIENCE = timedelta(minutes=5)
BIN = Path(sys.executable).parent
# What a person pastes; doctor ends with 1 before `rdk init`, and says so.
FORKED = ("rulebook", "rdk")
YES = "y\n" * 9
PASTED = '{}\nPATH={}:$PATH\nrulebook() {{ command rulebook "$@" || [ $1 = doctor ]; }}\n{}'


def blocks(page: str) -> list[str]:
    """Return the code blocks of a page, without those that need the AWS CLI."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [block for block in found if not block.startswith("aws ")]


def commands(block: str) -> list[str]:
    """Return its lines without their comments."""
    return [shlex.join(words) for line in block.splitlines() if (words := shlex.split(line, comments=True))]


def run(workspace: Workspace, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run one command as a person would, in the copy of the project."""
    path = f"{forks(*FORKED)}:{BIN}:/usr/bin:/bin"
    return subprocess.run(  # noqa: S603 - the installed rdk and rulebook
        words,
        cwd=workspace.project.root,
        env=workspace.account.environment() | shortened() | {"PATH": path},
        input=YES,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clean_copy(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace with what `make build` needs; times stay, so that it sets nothing up anew."""
    root = workspace.project.root
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, root / name)
    shutil.copytree(ROOT / "docs", root / "docs", dirs_exist_ok=True)
    for name in (".venv", "src", "tests"):
        (root / name).symlink_to(ROOT / name)
    kept = workspace.project.config.read_text(encoding="utf-8")
    yield workspace
    workspace.project.config.write_text(kept, encoding="utf-8")
    for name in (".venv", "src", "tests"):
        (root / name).unlink()


def set_all(workspace: Workspace, **values: str) -> None:
    """Set settings of both remediations in rdk_config.json, as the page says to."""
    settings = json.loads(workspace.project.config.read_text(encoding="utf-8"))
    for rule in settings["rules"].values():
        rule["remediation"] |= values
    workspace.project.config.write_text(json.dumps(settings), encoding="utf-8")


def test_the_page_on_deployment_works_when_pasted(clean_copy: Workspace) -> None:
    account, config = clean_copy.account, clean_copy.account.client("config")
    stale = account.add_user("stale", created=timedelta(days=300), keys=[KeySeed(timedelta(days=200))])
    said = []
    setting_up, *others = blocks("docs/deploy.md")
    for number, block in enumerate(others):
        done = run(clean_copy, ["bash", "-ec", PASTED.format(setting_up, forks(*FORKED), block)])
        setting_up = setting_up.replace("make build", "", 1)  # once, as in the person's own shell
        assert done.returncode == 0, f"{block}: {done.stdout}{done.stderr}"
        said.append(" ".join(done.stdout.split()))
        if number == 0:
            set_all(clean_copy, trigger="manual")
        if number == 1:
            evaluate_now(config, [KEYS], PATIENCE)
            key = {"resourceType": "AWS::IAM::User", "resourceId": stale}
            config.start_remediation_execution(ConfigRuleName=KEYS, ResourceKeys=[key])
            wait_for_remediations(config, KEYS, [stale], PATIENCE)
            set_all(clean_copy, trigger="automatic")
        if number == 3:  # what is being remedied could not be undeployed
            evaluate_now(config, [KEYS], PATIENCE)
            wait_for_remediations(config, KEYS, [stale], PATIENCE)
    looked, _, history, _, _ = said
    assert "ok assume-role-mode" in looked
    assert "stale has a stale access key" in looked
    assert "1 change in all. Nothing was: it was a dry run." in looked
    assert "Deleted" in history
    assert config.describe_config_rules()["ConfigRules"] == []


def test_the_readme_deploys_as_the_page_on_deployment_does() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme[readme.index("## Deploy") : readme.index("## In the console")]
    shown = [line for block in re.findall(r"```\n(.*?)```", section, re.DOTALL) for line in commands(block)]
    page = [line for block in blocks("docs/deploy.md") for line in commands(block)]
    assert len(shown) >= 9
    assert [line for line in shown if line not in page] == []
    rest = iter(page[1:])  # make build comes twice there, before the look too
    assert all(any(line == there for there in rest) for line in shown), "in another order"


@pytest.fixture(scope="module")
def deployed(workspace: Workspace) -> Workspace:
    """The key pair as shipped, judged once, with the documents that examples name."""
    workspace.account.add_user("fresh", created=timedelta(days=1))
    shutil.copytree(ROOT / "docs", workspace.project.root / "docs", dirs_exist_ok=True)
    workspace.rdk("deploy", KEYS)
    evaluate_now(workspace.account.client("config"), [KEYS], PATIENCE)
    assert results_of_rule(workspace.account.client("config"), KEYS)
    return workspace


# The first runs until Ctrl-C, and the last needs a project without the pair: they have tests of their own.
RUNS_ON = {"sandbox", "demo", "add"}


@pytest.mark.parametrize(
    "module",
    [one for one in command_modules() if one.__name__.rpartition(".")[2] not in RUNS_ON],
    ids=lambda module: module.__name__.rpartition(".")[2],
)
def test_the_example_that_ends_a_commands_help_works(
    module: object, deployed: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, but where the command starts an account: there is one here."""
    examples = re.findall(r"^  (rulebook .*)$", str(vars(module)["EXAMPLE"]), re.MULTILINE)
    assert examples
    monkeypatch.chdir(deployed.project.root)
    for name, value in deployed.account.environment().items():
        monkeypatch.setenv(name, value)
    for line in examples:
        if "--sandbox" in line:
            done = run(deployed, shlex.split(line))
            code, said = done.returncode, done.stdout + done.stderr
        else:
            monkeypatch.setattr(sys, "stdin", io.StringIO(YES))
            code, said = main(shlex.split(line)[1:]), "".join(capsys.readouterr())
        assert (code, bool(said)) == (0, True), f"{line}: {said}"
