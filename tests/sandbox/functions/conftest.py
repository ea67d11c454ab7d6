"""An embedded account with a role that Lambda may assume."""

from collections.abc import Iterator

import pytest

from rulebook.sandbox import Sandbox
from sandbox.functions.deployed import Functions, trust


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture(scope="module")
def functions(account: Sandbox) -> Functions:
    role = account.client("iam").create_role(
        Path="/rdk/", RoleName="function-role", AssumeRolePolicyDocument=trust("lambda.amazonaws.com")
    )["Role"]["Arn"]
    return Functions(account, account.client("lambda"), role)
