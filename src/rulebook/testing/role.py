"""A role for the length of one run, so that a runbook fails here too where its permissions fall short."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rulebook.testing.account import EmbeddedAccount

NAME = "runbook-under-test"
TRUST = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}


@contextmanager
def role_that_may(actions: Sequence[str], account: EmbeddedAccount) -> Iterator[str]:
    """Make a role for Automation that may call these actions on anything, as rdk's may; yields its ARN."""
    iam = account.client("iam")
    arn: str = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=_policy(TRUST))["Role"]["Arn"]
    # Everybody may call the one that is added, and a statement must name an action.
    allow = {"Effect": "Allow", "Action": [*actions, "sts:GetCallerIdentity"], "Resource": "*"}
    iam.put_role_policy(RoleName=NAME, PolicyName=NAME, PolicyDocument=_policy(allow))
    try:
        yield arn
    finally:
        iam.delete_role_policy(RoleName=NAME, PolicyName=NAME)
        iam.delete_role(RoleName=NAME)


def environment_as(role: str, account: EmbeddedAccount) -> Mapping[str, str]:
    """Return the environment of a step's process: the role's credentials, or none without a role.

    Raises:
        NotAssumable: there is no such role, or it does not trust Automation.
    """
    from rulebook.sandbox import credentials  # noqa: PLC0415 - imports moto

    if not role:
        return credentials.place(account.region)
    return credentials.assume(account.account_id, role, NAME)


def _policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
