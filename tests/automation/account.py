# ruff: noqa: INP001 - tests are no package
"""An embedded account that the tests of actions share, and short ways to run a document in it."""

import json
from dataclasses import dataclass
from typing import Any

from rulebook.automation import AutomationExecution, run_document
from rulebook.automation.surroundings import Surroundings
from rulebook.sandbox import Sandbox


@dataclass(frozen=True)
class Account:
    """An account, and what a run in it is given."""

    sandbox: Sandbox

    def client(self, service: str) -> Any:
        """Return a boto3 client, of any service."""
        return self.sandbox.client(service)

    def run(
        self,
        document: dict[str, Any],
        parameters: dict[str, Any] | None = None,
        surroundings: Surroundings | None = None,
    ) -> AutomationExecution:
        """Run a document as the account's administrator."""
        return run_document(document, parameters or {}, self.sandbox.exports(), surroundings=surroundings)

    def outputs(self, document: dict[str, Any], parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run a document that must succeed; return its outputs."""
        execution = self.run(document, parameters)
        if execution.status != "Success":
            raise AssertionError(execution.failure_message)
        return execution.outputs


def step(name: str, action: str, inputs: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Return a step of any action."""
    return {"name": name, "action": f"aws:{action}", "inputs": inputs, **properties}


def role(account: Account, name: str, service: str) -> str:
    """Make a role that a service may assume; return its ARN."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
    }
    made = account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return str(made["Role"]["Arn"])
