# ruff: noqa: INP001 - tests are no package
"""Publishes small documents in the embedded account, runs them, and waits for their end."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rulebook.sandbox import Sandbox

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

ENDED = {"Success", "Failed", "TimedOut", "Cancelled"}


def sleep_step(name: str, seconds: int = 1, **settings: Any) -> dict[str, Any]:
    """Return a step that sleeps."""
    return {"name": name, "action": "aws:sleep", "inputs": {"Duration": f"PT{seconds}S"}, **settings}


def script_step(
    name: str, script: str, outputs: Mapping[str, str] | None = None, **settings: Any
) -> dict[str, Any]:
    """Return a step that runs ``def handler(events, context)``; outputs are name to type."""
    return {
        "name": name,
        "action": "aws:executeScript",
        "inputs": {
            "Runtime": "python3.11",
            "Handler": "handler",
            "Script": script,
            "InputPayload": {"name": "{{ Name }}"},
        },
        "outputs": [
            {"Name": output, "Selector": f"$.Payload.{output}", "Type": kind}
            for output, kind in (outputs or {}).items()
        ],
        **settings,
    }


def document(
    steps: Sequence[Mapping[str, Any]], outputs: Sequence[str] = (), role: str | None = None
) -> dict[str, Any]:
    """Return a document with the parameters Name and AutomationAssumeRole."""
    return {
        "schemaVersion": "0.3",
        "assumeRole": "{{ AutomationAssumeRole }}",
        "parameters": {
            "AutomationAssumeRole": {"type": "String", **({"default": role} if role is not None else {})},
            "Name": {"type": "String", "default": "nobody", "allowedPattern": "^[a-z]+$"},
        },
        "mainSteps": list(steps),
        "outputs": list(outputs),
    }


@dataclass(frozen=True)
class Automation:
    """Publishes and runs documents."""

    account: Sandbox
    ssm: "SSMClient"
    role: str

    def publish(self, name: str, *steps: Mapping[str, Any], outputs: Sequence[str] = ()) -> str:
        """Create a document that runs under the account's Automation role; returns its name."""
        content = json.dumps(document(steps, outputs, self.role))
        self.ssm.create_document(Name=name, Content=content, DocumentType="Automation", DocumentFormat="JSON")
        return name

    def start(self, name: str, **settings: Any) -> str:
        """Start a document; returns the execution's id."""
        return self.ssm.start_automation_execution(DocumentName=name, **settings)["AutomationExecutionId"]

    def get(self, execution_id: str) -> dict[str, Any]:
        """Return the execution."""
        return dict(
            self.ssm.get_automation_execution(AutomationExecutionId=execution_id)["AutomationExecution"]
        )

    def wait(self, execution_id: str, until: set[str] = ENDED) -> dict[str, Any]:
        """Wait until the execution has ended, or has another of these states."""
        deadline = time.monotonic() + 30
        while (found := self.get(execution_id))["AutomationExecutionStatus"] not in until:
            assert time.monotonic() < deadline, found  # noqa: S101 - a helper of tests
            time.sleep(0.1)
        return found

    def run(self, name: str, **settings: Any) -> dict[str, Any]:
        """Start a document and wait for its end."""
        return self.wait(self.start(name, **settings))
