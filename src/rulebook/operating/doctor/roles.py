"""What a role's policies say, as pure functions of policy documents; and reading them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

Statement = dict[str, Any]
Policy = dict[str, Any]

ASSUME = "sts:AssumeRole"
SERVICE_LINKED = ":role/aws-service-role/config.amazonaws.com/"


def role_name(arn: str) -> str:
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


def trusts(policy: Policy, service: str, account_id: str) -> bool:
    """Tell whether a trust policy lets a service assume the role, acting for this account."""
    return any(
        service in _listed(_principal(statement, "Service")) and _source_account_is(statement, account_id)
        for statement in _allowing(policy, ASSUME)
    )


def trusts_any_principal(policy: Policy) -> bool:
    """Tell whether a trust policy lets any account, role or user assume the role."""
    return any(_principal(statement, "AWS") for statement in _allowing(policy, ASSUME))


def missing_actions(policies: Iterable[Policy], wanted: Iterable[str]) -> list[str]:
    """Return the actions that no statement allows; resources and conditions are not looked at."""
    patterns = [
        pattern.lower()
        for policy in policies
        for statement in _listed(policy["Statement"])
        if statement["Effect"] == "Allow"
        for pattern in _listed(statement.get("Action"))
    ]
    return [one for one in wanted if not any(fnmatchcase(one.lower(), pattern) for pattern in patterns)]


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


def _allowing(policy: Policy, action: str) -> Iterator[Statement]:
    for statement in _listed(policy["Statement"]):
        patterns = _listed(statement.get("Action"))
        if statement["Effect"] == "Allow" and any(
            fnmatchcase(action.lower(), one.lower()) for one in patterns
        ):
            yield statement


def _principal(statement: Statement, kind: str) -> Any:
    principal = statement.get("Principal", {})
    return "*" if principal == "*" and kind == "AWS" else principal.get(kind) if principal != "*" else None


def _source_account_is(statement: Statement, account_id: str) -> bool:
    """Tell whether a condition on the source account, where there is one, names this account."""
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            if operator.startswith("String") and key.lower() == "aws:sourceaccount":
                return any(fnmatchcase(account_id, value) for value in _listed(values))
    return True


def _listed(value: Any) -> list[Any]:
    """Return a list: IAM lets a single value stand without one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
