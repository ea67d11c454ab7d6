"""The templates: a stack for each document with its role, and one for the role of the rules' functions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rulebook.errors import RulebookError
from rulebook.limits import TEMPLATE_BODY
from rulebook.project.names import EVALUATOR_ROLE, EVALUATORS, ROLE_PATH, document_name, role_name
from rulebook.publishing.policies import (
    Policy,
    evaluator_policy,
    evaluator_trust,
    runbook_policy,
    runbook_trust,
)

Template = dict[str, Any]

LARGEST = TEMPLATE_BODY
ROLE, DOCUMENT = "Role", "Document"  # logical ids
FORMER_DESCRIPTION = "Runbooks that remedy what the rulebook rules find, and least-privilege roles"


class TemplateTooLarge(RulebookError):
    """CloudFormation would refuse the template."""


class LogicalIdTaken(RulebookError):
    """Two resources would have one logical id, and the second would replace the first."""


def mark(what: str) -> str:
    """Return how the description of a document's stack, or of `evaluators`, begins: it is known by that."""
    of = (
        "the role of the rules' functions" if what == EVALUATORS else f"the runbook {document_name(what)} and"
    )
    return f"Published by rulebook: {of}"


def put_resource(resources: dict[str, Any], logical_id: str, resource: Mapping[str, Any]) -> None:
    """Add a resource to a template.

    Raises:
        LogicalIdTaken: there is one of that logical id.
    """
    if logical_id in resources:
        raise LogicalIdTaken(f"two resources would have the logical id {logical_id}; rename what they are of")
    resources[logical_id] = dict(resource)


def document_template(
    name: str, content: Mapping[str, Any], permissions: Sequence[str], exempt_tags: Iterable[str] = ()
) -> Template:
    """Render the stack of one document.

    Args:
        name: the project's name of it.
        content: the built document.
        permissions: the IAM actions that its role may call.
        exempt_tags: tags (``Key`` or ``Key=Value``) whose carriers may not be changed.
    """
    resources: dict[str, Any] = {}
    role = _role(
        role_name(name),
        f"What the runbook {document_name(name)} may do",
        runbook_trust(),
        runbook_policy(permissions, exempt_tags),
    )
    put_resource(resources, ROLE, role)
    properties = {
        "Name": document_name(name),
        "DocumentType": "Automation",
        "DocumentFormat": "JSON",
        "UpdateMethod": "NewVersion",
        "Content": dict(content),
    }
    put_resource(resources, DOCUMENT, {"Type": "AWS::SSM::Document", "Properties": properties})
    return _template(f"{mark(name)} its role", resources)


def evaluators_template(permissions: Iterable[str]) -> Template:
    """Render the stack of the role with which the rules' functions read.

    Args:
        permissions: the IAM actions that they read with.
    """
    role = _role(
        EVALUATOR_ROLE,
        "Reads what the rules judge and reports it to AWS Config",
        evaluator_trust(),
        evaluator_policy(permissions),
    )
    resources: dict[str, Any] = {}
    put_resource(resources, ROLE, role)
    arn = {"Description": "For rdk deploy --lambda-role-arn", "Value": {"Fn::GetAtt": [ROLE, "Arn"]}}
    return _template(mark(EVALUATORS), resources) | {"Outputs": {"RoleArn": arn}}


def _template(description: str, resources: Mapping[str, Any]) -> Template:
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description,
        "Resources": dict(resources),
    }


def body(rendered: Template) -> str:
    """Return the template as the text that goes to CloudFormation."""
    return json.dumps(rendered, separators=(",", ":"))


def demand_small(stack: str, text: str) -> None:
    """Refuse a template that has more bytes than CloudFormation takes in a call.

    Raises:
        TemplateTooLarge: it has.
    """
    if (size := len(text.encode())) > LARGEST:
        raise TemplateTooLarge(
            f"stack {stack}: the template has {size:,} bytes, and a call takes {LARGEST:,}; hand it over in "
            "S3 (rulebook publish --s3-bucket BUCKET), or shorten the document"
        )


def _role(name: str, description: str, trust: Policy, policy: Policy) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "Path": ROLE_PATH,
            "Description": description,
            "AssumeRolePolicyDocument": trust,
            "Policies": [{"PolicyName": "rulebook", "PolicyDocument": policy}],
        },
    }
