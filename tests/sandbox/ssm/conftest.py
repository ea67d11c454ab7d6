"""An embedded account with a role that Automation may assume."""

import json
from collections.abc import Iterator

import pytest

from rulebook.sandbox import Sandbox
from sandbox.functions.deployed import trust
from sandbox.ssm.published import Automation

ALLOWED = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture(scope="module")
def automation(account: Sandbox) -> Automation:
    iam = account.client("iam")
    role = iam.create_role(
        Path="/rdk-remediation-role/",
        RoleName="automation-role",
        AssumeRolePolicyDocument=trust("ssm.amazonaws.com"),
    )["Role"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [ALLOWED]})
    iam.put_role_policy(RoleName="automation-role", PolicyName="p", PolicyDocument=policy)
    return Automation(account, account.client("ssm"), role)
