"""An embedded account for a test, and roles assumed in it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from rulebook.sandbox import Sandbox


class Role:
    """A role of the embedded account, assumed: makes clients with its temporary credentials."""

    def __init__(self, account: Sandbox, arn: str) -> None:
        self.arn = arn
        self._account = account
        answer = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")
        self._credentials = answer["Credentials"]

    def client(self, service: str) -> Any:
        """Return a client with the role's credentials."""
        return boto3.client(  # type: ignore[call-overload]  # any service name
            service,
            region_name=self._account.region,
            endpoint_url=self._account.endpoint,
            aws_access_key_id=self._credentials["AccessKeyId"],
            aws_secret_access_key=self._credentials["SecretAccessKey"],
            aws_session_token=self._credentials["SessionToken"],
        )


@pytest.fixture
def account() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def assume(account: Sandbox) -> Callable[..., Role]:
    """Create a role with inline statements and managed policies, and assume it."""

    def make(*statements: dict[str, Any], managed: tuple[str, ...] = (), path: str = "/") -> Role:
        iam = account.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName="runbook", Path=path, AssumeRolePolicyDocument=_document(trust))
        if statements:
            iam.put_role_policy(
                RoleName="runbook", PolicyName="inline", PolicyDocument=_document(*statements)
            )
        for arn in managed:
            iam.attach_role_policy(RoleName="runbook", PolicyArn=arn)
        return Role(account, role["Role"]["Arn"])

    return make


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
