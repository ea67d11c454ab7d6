"""An operator's commands, run in this process against an embedded account that a module shares."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from moto.cloudformation.models import cloudformation_backends

from rulebook.cli import main
from rulebook.publishing import stack as stacks
from rulebook.sandbox import Sandbox
from shipped.pairs import copy_shipped, shipped

ROOT = shipped().root
KEY_RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
POLICY_RULE = "IAM_PASSWORD_POLICY_CUSTOM"
TERMINAL = {"COLUMNS": "140"}  # however wide the person's own is


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        """The last line on stderr, where an error is said."""
        return self.err.rstrip("\n").rpartition("\n")[2]

    @property
    def json(self) -> Any:
        """Stdout as the JSON document that it is."""
        return json.loads(self.out)


class Command(Protocol):
    """Runs ``rulebook ARGUMENTS`` with some variables more (or, with None, fewer)."""

    def __call__(
        self, *arguments: str, root: Path = ROOT, environment: Mapping[str, str | None] | None = None
    ) -> Ended:
        """Run it."""
        ...


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An empty embedded account for the module."""
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def rulebook(
    account: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command line as the account's administrator."""

    def run(*arguments: str, root: Path = ROOT, environment: Mapping[str, str | None] | None = None) -> Ended:
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                patch.delenv(name)
            for name, value in {**TERMINAL, **account.environment(), **(environment or {})}.items():
                if value is None:
                    patch.delenv(name, raising=False)
                else:
                    patch.setenv(name, value)
            capsys.readouterr()
            code = main(["--root", str(root), *arguments])
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project for a test that changes it."""
    copy_shipped(tmp_path)
    return tmp_path


@pytest.fixture
def no_stacks_left(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no stack outlive a test, and no test wait."""
    monkeypatch.setattr(stacks, "POLL", 0)
    yield
    for one in list(cloudformation_backends[account.account_id]["us-east-1"].stacks.values()):
        account.client("cloudformation").delete_stack(StackName=one.stack_id)


def change_document(project: Path, name: str) -> None:
    """Change what a document says of itself."""
    file = project / "ssm_docs" / name / "document.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("description: |-\n  ", "description: |-\n  Changed. ", 1), encoding="utf-8")


def raise_in_body(script: Path, handler: str) -> int:
    """Let a handler fail on purpose right after its docstring; returns the line at which it does."""
    lines = script.read_text(encoding="utf-8").split("\n")
    head = next(n for n, line in enumerate(lines) if line.startswith(f"def {handler}("))
    body = next(n for n in range(head, len(lines)) if '"""' in lines[n])
    while not lines[body].rstrip().endswith('"""'):
        body += 1
    lines.insert(body + 1, "    raise LookupError('on purpose')")
    script.write_text("\n".join(lines), encoding="utf-8")
    return body + 2


def configure(project: Path, rule: str, **settings: Any) -> None:
    """Change a rule's entry in a project's rdk_config.json; a mapping is merged into what is there."""
    file = project / "rdk_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    entry = config["rules"][rule]
    for name, value in settings.items():
        entry[name] = entry[name] | value if isinstance(value, dict) else value
    file.write_text(json.dumps(config), encoding="utf-8")


def keys_of(account: Sandbox) -> dict[str, str]:
    """Return every access key of the account with its status, by id."""
    iam = account.client("iam")
    return {
        key["AccessKeyId"]: key["Status"]
        for page in iam.get_paginator("list_users").paginate()
        for user in page["Users"]
        for key in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
    }
