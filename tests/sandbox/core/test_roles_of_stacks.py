"""``AWS::IAM::Role`` through CloudFormation."""

import copy
import json
from typing import Any

import pytest

from rulebook.sandbox import Sandbox

VERSION = "2012-10-17"


def statement(action: str) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"Version": VERSION, "Statement": [allow]}


TRUST = {
    "Version": VERSION,
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Path": "/rdk/",
                "AssumeRolePolicyDocument": TRUST,
                "ManagedPolicyArns": [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"}],
                "Policies": [{"PolicyName": "first", "PolicyDocument": statement("config:Put*")}],
            },
        },
        "Policy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "beside",
                "Roles": [{"Ref": "Role"}],
                "PolicyDocument": statement("iam:ListRoles"),
            },
        },
    }
}


def policies(account: Sandbox) -> tuple[list[str], list[str]]:
    """Return the names of the managed and the inline policies of the only role."""
    iam = account.client("iam")
    (role,) = iam.list_roles()["Roles"]
    managed = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    inline = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    return [policy["PolicyName"] for policy in managed], sorted(inline)


@pytest.fixture
def stack(account: Sandbox) -> Sandbox:
    account.client("cloudformation").create_stack(StackName="rule", TemplateBody=json.dumps(TEMPLATE))
    return account


def test_a_role_gets_managed_and_inline_policies(stack: Sandbox) -> None:
    assert policies(stack) == (["ReadOnlyAccess"], ["beside", "first"])
    iam = stack.client("iam")
    name = iam.list_roles()["Roles"][0]["RoleName"]
    document = iam.get_role_policy(RoleName=name, PolicyName="first")["PolicyDocument"]
    assert document == statement("config:Put*")


def test_an_update_changes_its_own_policies_only(stack: Sandbox) -> None:
    changed = copy.deepcopy(TEMPLATE)
    properties = changed["Resources"]["Role"]["Properties"]
    properties["Policies"][0]["PolicyName"] = "second"
    properties["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/SecurityAudit"]
    stack.client("cloudformation").update_stack(StackName="rule", TemplateBody=json.dumps(changed))
    assert policies(stack) == (["SecurityAudit"], ["beside", "second"])


def test_a_deleted_stack_takes_the_role_along(stack: Sandbox) -> None:
    stack.client("cloudformation").delete_stack(StackName="rule")
    assert stack.client("iam").list_roles()["Roles"] == []
