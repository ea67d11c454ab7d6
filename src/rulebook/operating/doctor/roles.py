"""What a role's policies say, as pure functions of policy documents; and reading them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from rulebook.iam.policy import Decision, allowed_somewhere, decide, decide_trust
from rulebook.publishing.policies import CHANGES_A_USER, READS_A_USER

Policy = dict[str, Any]

SERVICE_LINKED = ":role/aws-service-role/config.amazonaws.com/"


def name_in_role_arn(arn: str) -> str:
    """Return the name within a role's ARN, which may have a path."""
    return arn.rpartition("/")[2]


def find_role(iam: Any, name: str) -> dict[str, Any] | None:
    """Return a role, or None if there is none of that name."""
    try:
        return dict(iam.get_role(RoleName=name)["Role"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchEntity":
            return None
        raise


def trusts(policy: Policy, service: str, account_id: str, region: str) -> bool:
    """Tell whether a trust policy lets a service assume the role, acting for an execution in this account.

    Raises:
        UnsupportedPolicy: it says something that the evaluator does not understand.
    """
    context = {
        "aws:SourceAccount": account_id,
        "aws:SourceArn": f"arn:aws:ssm:{region}:{account_id}:automation-execution/EXAMPLE",
    }
    return decide_trust(policy, {"Service": service}, context) is Decision.ALLOWED


def trusts_role(policy: Policy, arn: str) -> bool:
    """Tell whether a trust policy lets a role, by its ARN or its whole account, assume the role.

    Raises:
        UnsupportedPolicy: it says something that the evaluator does not understand.
    """
    context = {"aws:PrincipalArn": arn, "aws:PrincipalAccount": arn.split(":")[4]}
    return decide_trust(policy, {"AWS": arn}, context) is Decision.ALLOWED


@dataclass(frozen=True)
class Permitted:
    """What a role's policies say of the actions it needs.

    Attributes:
        refused: no statement allows them, or one denies them.
        partly: they are allowed on other resources, or under other conditions, than those of an example.
    """

    refused: list[str]
    partly: list[str]


def permitted(policies: Sequence[Policy], wanted: Iterable[str], account_id: str) -> Permitted:
    """Decide each wanted action, on an example of what it acts on in the account.

    Raises:
        UnsupportedPolicy: a policy says something that the evaluator does not understand.
    """
    refused: list[str] = []
    partly: list[str] = []
    for action in wanted:
        decision = decide(policies, action, _example(action, account_id))
        if decision is not Decision.ALLOWED:
            somewhere = decision is Decision.IMPLICIT_DENY and allowed_somewhere(policies, action)
            (partly if somewhere else refused).append(action)
    return Permitted(refused, partly)


def _example(action: str, account_id: str) -> str:
    """Return what a request for the action names: a user for those that IAM limits to one."""
    return f"arn:aws:iam::{account_id}:user/EXAMPLE" if action in CHANGES_A_USER | READS_A_USER else "*"


def role_policies(iam: Any, name: str) -> Iterator[Policy]:
    """Yield a role's own policies and those attached to it."""
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            yield iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for policy in page["AttachedPolicies"]:
            version = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)
            yield found["PolicyVersion"]["Document"]
