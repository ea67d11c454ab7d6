"""A clone of the project, and an embedded account whose administrator is the ambient identity."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rulebook.operating.doctor import Examination
from rulebook.project import Project
from rulebook.project.rdk_config import load_config
from rulebook.sandbox import Sandbox
from shipped.pairs import copy_shipped

KEYS, POLICY = "ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM"
TODAY = date(2026, 11, 24)
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Clone:
    """The project as a person cloned it, and how a test edits its rdk_config.json."""

    project: Project

    def configure(self, place: str, value: Any) -> None:
        """Set one value; ``place`` is a dotted path."""
        config = json.loads(self.project.config.read_text(encoding="utf-8"))
        *parents, last = place.split(".")
        entry = config
        for parent in parents:
            entry = entry[parent]
        entry[last] = value
        self.project.config.write_text(json.dumps(config), encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(copy_shipped(tmp_path))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    with Sandbox.start() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


class StubbedSession:
    """A session with one client, whose answers a test has queued; any other call fails."""

    def __init__(self) -> None:
        self._session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-east-1")
        self._clients: dict[str, Any] = {}

    def client(self, service: str, **_: Any) -> Any:
        """Return the client, the same each time."""
        if service not in self._clients:
            made: Any = self._session.client
            self._clients[service] = made(service)
        return self._clients[service]

    def stub(self, service: str) -> Stubber:
        """Return the client's stubber, active."""
        stubber = Stubber(self.client(service))
        stubber.activate()
        return stubber


@pytest.fixture
def stubbed() -> StubbedSession:
    return StubbedSession()


def examination(
    clone: Clone,
    session: Any = None,
    arn: str = f"arn:aws:iam::{ACCOUNT}:user/ops",
    region: str = "us-east-1",
) -> Examination:
    """Return what a check looks at; without a session, that of the ambient account."""
    return Examination(
        project=clone.project,
        config=load_config(clone.project),
        session=session or boto3.Session(),
        account_id=ACCOUNT,
        arn=arn,
        region=region,
        partition="aws",
        today=TODAY,
    )


def found(check: ModuleType, subject: Examination) -> list[tuple[str, str, str]]:
    """Run one check; level, subject and what was seen."""
    return [(one.level, one.subject, one.seen) for one in check.diagnose(subject)]


def set_up_config(account: Sandbox, role: str = "role/config", **group: Any) -> None:
    """Set AWS Config up as its console does."""
    config = account.client("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{ACCOUNT}:{role}",
            "recordingGroup": group or {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "history"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
