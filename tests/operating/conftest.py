"""An operator's commands, run in this process against an embedded account that a module shares."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from moto.cloudformation.models import cloudformation_backends

from faults.direct import Direct
from rulebook.cli import main
from rulebook.project import Project
from rulebook.project.rdk_config import load_config
from rulebook.publishing import stack as stacks
from rulebook.publishing.published import publications
from rulebook.publishing.template import body
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
    """An empty embedded account for the module.

    This process's calls to it are spared the sockets, and tests that look at it a client for each look.
    """
    direct, send = Direct(), URLLib3Session.send

    def here(client: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        if request.url.startswith(f"{running.endpoint}/"):
            return direct.send(request)
        return send(client, request)

    with (
        direct.watching(),
        Sandbox.start() as running,
        patch.object(URLLib3Session, "send", here),
        patch.object(running, "client", cache(running.client)),
    ):
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


STEPS = """\
mainSteps:
  - name: Ask
    action: aws:executeAwsApi
    isEnd: true
    inputs:
      Service: iam
      Api: GetUser
      UserName: somebody
"""
ABOVE = """\
schemaVersion: "0.3"
description: |-
  Asks for a user.
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole:
    type: String
"""


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with short documents, for tests that publish them: to check one takes no time."""
    made = copy_shipped(tmp_path_factory.mktemp("short"))
    for folder in made.documents().values():
        folder.authored.write_text(ABOVE + STEPS, encoding="utf-8")
        folder.permissions.write_text('["iam:GetUser"]', encoding="utf-8")
    return made.root


@pytest.fixture
def short_copy(short: Path, tmp_path: Path) -> Path:
    """A copy of it for a test that changes it."""
    shutil.copytree(short, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def no_stacks_left(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no stack outlive a test, and no test wait."""
    monkeypatch.setattr(stacks, "POLL", 0)
    yield
    for one in list(cloudformation_backends[account.account_id]["us-east-1"].stacks.values()):
        account.client("cloudformation").delete_stack(StackName=one.stack_id)


def publish(account: Sandbox, root: Path, *chosen: str) -> None:
    """Make the stacks that `rulebook publish` makes, without its calls and questions."""
    project = Project(root)
    for one in publications(project, load_config(project), chosen):
        account.client("cloudformation").create_stack(
            StackName=one.stack, TemplateBody=body(one.template), Capabilities=["CAPABILITY_NAMED_IAM"]
        )


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
