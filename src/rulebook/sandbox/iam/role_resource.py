"""``AWS::IAM::Role`` as CloudFormation makes it.

moto's own model ignores ManagedPolicyArns, keeps inline policies as objects where IAM has text, and changes
neither on an update. rdk's function role gets what it may read from a managed policy.
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.iam.models import Role

from rulebook.sandbox.cloudformation.resource import StackResource
from rulebook.sandbox.extensions import resource_type
from rulebook.sandbox.iam.backend import account_iam


@resource_type
class RoleResource(StackResource):
    """Makes, changes and deletes roles; what it returns is moto's own `Role`."""

    TYPE = "AWS::IAM::Role"
    NAME = "RoleName"
    ATTRIBUTES = ("Arn", "RoleId")

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], *where: str, **kwargs: Any
    ) -> Role:
        """Create the role with all its policies."""
        role = Role.create_from_cloudformation_json(resource_name, cloudformation_json, *where, **kwargs)
        _set_policies(role, cloudformation_json["Properties"])
        return role

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Role, cloudformation_json: dict[str, Any], **kwargs: Any
    ) -> Role:
        """Update the role in place, policies and trust included."""
        role = Role.update_from_cloudformation_json(
            original_resource=original_resource, cloudformation_json=cloudformation_json, **kwargs
        )
        properties = cloudformation_json["Properties"]
        role.assume_role_policy_document = _text(properties["AssumeRolePolicyDocument"])
        _set_policies(role, properties)
        return role

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], *where: str
    ) -> None:
        """Delete the role; CloudFormation detaches the policies that it attached."""
        _set_policies(account_iam().get_role(resource_name), {})
        Role.delete_from_cloudformation_json(resource_name, cloudformation_json, *where)


def _set_policies(role: Role, properties: Mapping[str, Any]) -> None:
    """Give the role the template's policies instead of those of the template before; others stay."""
    iam = account_iam()
    for arn in getattr(role, "template_managed_policies", ()):
        if arn in role.managed_policies:
            iam.detach_role_policy(arn, role.name)
    for name in getattr(role, "template_inline_policies", ()):
        role.policies.pop(name, None)
    role.template_managed_policies = list(properties.get("ManagedPolicyArns", []))
    for arn in role.template_managed_policies:
        iam.attach_role_policy(arn, role.name)
    inline = {one["PolicyName"]: _text(one["PolicyDocument"]) for one in properties.get("Policies", [])}
    role.template_inline_policies = list(inline)
    role.policies |= inline


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document, default=str)
