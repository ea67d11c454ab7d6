"""One account for each module: every fact uses names of its own in it."""

import json
from collections.abc import Iterator

import pytest

from rulebook.sandbox import Sandbox
from sandbox.recorded.facts import AUTHOR, NOBODY, Account

TRUST = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
READ = {"Effect": "Allow", "Action": "config:Get*", "Resource": "*"}


def document(statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account with a user, a role and a policy that have something of everything."""
    with Sandbox.start() as running:
        iam = running.client("iam")
        policy = iam.create_policy(PolicyName="ledger", PolicyDocument=document(READ))["Policy"]["Arn"]
        for person in (AUTHOR, NOBODY, "attached", "inlined"):
            iam.create_user(UserName=person)
        iam.create_login_profile(UserName=AUTHOR, Password="Harbour-42-lights")
        keys = [iam.create_access_key(UserName=AUTHOR)["AccessKey"]["AccessKeyId"] for _ in range(2)]
        iam.attach_user_policy(UserName="attached", PolicyArn=policy)
        iam.put_user_policy(UserName="inlined", PolicyName="inline", PolicyDocument=document(READ))
        for role in ("plain", "with-managed", "with-inline"):
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=document(TRUST))
        iam.attach_role_policy(RoleName="with-managed", PolicyArn=policy)
        iam.put_role_policy(RoleName="with-inline", PolicyName="inline", PolicyDocument=document(READ))
        yield Account(running, policy, tuple(keys))
