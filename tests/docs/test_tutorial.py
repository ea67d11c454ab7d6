"""docs/tutorial.md, worked through as a reader does, in a project that `init` made somewhere else."""

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from docs.tutorial_page import PAGE, Block, blocks, words, write
from quick_python import quick
from rulebook.cli import main
from rulebook.iam.policy import Decision, decide
from rulebook.sandbox import Sandbox
from rulebook.sandbox.rdk_waits import shortened

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
INSTALL = "pip install 'aws-config-rulebook[sandbox]'"
SET_UP = ["python3 -m venv .venv", ". .venv/bin/activate", INSTALL]
SECOND_TERMINAL = ". .venv/bin/activate\nrulebook sandbox > account.sh\n"


class Done(NamedTuple):
    """What is there when the page has been worked through."""

    project: Path
    account: Sandbox
    ran: list[str]


class Reader:
    """Works through the page, block by block.

    Attributes:
        folder: the current one.
        ran: every line of the page that was run.
    """

    def __init__(
        self, folder: Path, account: Sandbox, patch: pytest.MonkeyPatch, quick: dict[str, str]
    ) -> None:
        self._quick = quick
        self.folder, self.ran = folder, list[str]()
        self._home, self._account, self._patch, self._printed = folder, account, patch, ""

    @property
    def project(self) -> Path:
        """The folder that `init` made."""
        return self._home / "tutorial" / "my-rules"

    def read(self, block: Block) -> None:
        """Do what a block asks for."""
        if block.kind in ("file", "replace"):
            write(block, self.project)
        elif block.kind == "second terminal":
            assert block.text == SECOND_TERMINAL
            exports = [f"export {name}={value}" for name, value in self._account.exports().items()]
            (self._home / "tutorial" / "account.sh").write_text("\n".join(exports), encoding="utf-8")
        elif block.kind == "shows":
            assert words(self._printed) == words(block.text)
        else:
            self._printed = "".join(map(self._run, block.text.splitlines()))

    def _run(self, line: str) -> str:
        self.ran.append(line)
        program, *arguments = shlex.split(line)
        if program == "cd":
            self.folder = (self.folder / arguments[0]).resolve()
            self._patch.chdir(self.folder)
        elif program == "." and line not in SET_UP:
            for export in (self.folder / arguments[0]).read_text(encoding="utf-8").splitlines():
                self._patch.setenv(*export.removeprefix("export ").split("=", 1))
        elif program == "rulebook":
            return self._rulebook(line, arguments)
        elif line not in SET_UP:
            return self._process(line, shortened() if program == "rdk" else self._quick)
        return ""

    @staticmethod
    def _rulebook(line: str, arguments: list[str]) -> str:
        with redirect_stdout(io.StringIO()) as printed:
            assert main(arguments) == 0, line
        return printed.getvalue()

    def _process(self, line: str, more: dict[str, str]) -> str:
        path = os.pathsep.join([str(TOOLS), os.environ["PATH"]])
        # The second terminal's account runs in this process: its settings for moto are none of the reader's.
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MOTO_")}
        done = subprocess.run(  # noqa: S603 - a line of our own page
            ["/bin/bash", "-c", line],
            env={**clean, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """The page, worked through, with the account as the reader leaves it."""
    with ExitStack() as running:
        patch = running.enter_context(pytest.MonkeyPatch.context())
        account = running.enter_context(Sandbox.start())
        reader = Reader(
            tmp_path_factory.mktemp("home"), account, patch, quick(tmp_path_factory.mktemp("quick"))
        )
        patch.chdir(reader.folder)
        for block in blocks(PAGE.read_text(encoding="utf-8")):
            reader.read(block)
        yield Done(reader.project, account, reader.ran)


def test_the_page_closes_the_loop(done: Done) -> None:
    """Read back from the account: who, what, word for word, and that Config says so."""
    iam, config = done.account.client("iam"), done.account.client("config")
    policies = {
        name: iam.list_user_policies(UserName=name)["PolicyNames"] for name in ("ann", "bob", "robot")
    }
    assert policies == {"ann": ["RequireMfa"], "bob": [], "robot": []}
    assert iam.get_login_profile(UserName="ann")["LoginProfile"]["UserName"] == "ann"
    found = config.get_compliance_details_by_config_rule(ConfigRuleName="CONSOLE_NEEDS_MFA")
    assert [one["ComplianceType"] for one in found["EvaluationResults"]] == ["COMPLIANT"] * 3


def test_the_page_goes_the_whole_way(done: Done) -> None:
    """The test above would pass on a page that had lost a step which nothing else needs."""
    assert set(SET_UP) < set(done.ran)
    told = {" ".join(line.split()[:2]) for line in done.ran if line.split()[0] in ("rulebook", "rdk")}
    commands = {"init", "new", "build", "check", "evaluate", "preview", "history"}
    assert told == {f"rulebook {one}" for one in commands} | {"rdk init", "rdk deploy"}
    assert "pytest -q" in done.ran


CONSOLE, WITH_MFA = ({"aws:MultiFactorAuthPresent": one} for one in ("false", "true"))
ACCESS_KEY: dict[str, str] = {}  # such a request says nothing of MFA
ADMINISTRATOR = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


@pytest.mark.parametrize(
    ("_", "context", "action", "decision"),
    [
        ("the console without MFA", CONSOLE, "s3:GetObject", Decision.EXPLICIT_DENY),
        ("to be rid of the policy", CONSOLE, "iam:DeleteUserPolicy", Decision.EXPLICIT_DENY),
        ("to enable a device", CONSOLE, "iam:EnableMFADevice", Decision.ALLOWED),
        ("to remove one", CONSOLE, "iam:DeactivateMFADevice", Decision.EXPLICIT_DENY),
        ("the console with MFA", WITH_MFA, "s3:GetObject", Decision.ALLOWED),
        ("an access key", ACCESS_KEY, "s3:GetObject", Decision.ALLOWED),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_policy_does_what_the_page_says(
    done: Done, _: str, context: dict[str, str], action: str, decision: Decision
) -> None:
    policy = done.account.client("iam").get_user_policy(UserName="ann", PolicyName="RequireMfa")
    assert decide([ADMINISTRATOR, policy["PolicyDocument"]], action, "*", context) is decision
    assert decide([policy["PolicyDocument"]], action, "*", context) is not Decision.ALLOWED


def test_what_is_shown_passes_the_checks_of_the_projects_own_workflow(done: Done) -> None:
    for check in (("format", "--check"), ("check",)):
        command = [str(TOOLS / "ruff"), *check, "--no-cache", "."]
        ran = subprocess.run(command, cwd=done.project, capture_output=True, text=True, check=False)  # noqa: S603
        assert ran.returncode == 0, ran.stdout


def test_nothing_of_the_pair_is_in_this_repository() -> None:
    assert not [*ROOT.glob("rules/CONSOLE*"), *ROOT.glob("ssm_docs/RequireMfa*")]
    assert "CONSOLE_NEEDS_MFA" not in (ROOT / "rdk_config.json").read_text(encoding="utf-8")


def test_a_block_that_nothing_would_try_is_noticed() -> None:
    with pytest.raises(ValueError, match="1 blocks of code have no marker"):
        blocks("# Page\n\n```bash\nrulebook check\n```\n")


def test_lines_that_are_not_there_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("a\n", encoding="utf-8")
    with pytest.raises(ValueError, match="one does not have, once"):
        write(Block("replace", "one", "b\n", "c\n"), tmp_path)
