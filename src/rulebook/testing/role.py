"""A role for the length of one run, so that a runbook fails here too where its permissions fall short."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from rulebook.testing.account import EmbeddedAccount

NAME = "runbook-under-test"
TRUST = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Role(NamedTuple):
    """A role that is assumed: its ARN, and the environment of a process that acts as it."""

    arn: str
    environment: Mapping[str, str]


@contextmanager
def role_that_may(actions: Sequence[str], account: EmbeddedAccount) -> Iterator[Role]:
    """Make a role for Automation that may call these actions on anything, as rdk's role may."""
    from rulebook.sandbox import credentials  # noqa: PLC0415 - imports moto

    iam = account.client("iam")
    made = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=_policy(TRUST))["Role"]["Arn"]
    # Everybody may call the one that is added, and a statement must name an action.
    allow = {"Effect": "Allow", "Action": [*actions, "sts:GetCallerIdentity"], "Resource": "*"}
    iam.put_role_policy(RoleName=NAME, PolicyName=NAME, PolicyDocument=_policy(allow))
    try:
        yield Role(made, credentials.assume(account.account_id, made, NAME))
    finally:
        iam.delete_role_policy(RoleName=NAME, PolicyName=NAME)
        iam.delete_role(RoleName=NAME)


def _policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
