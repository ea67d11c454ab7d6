"""The stack's template: documents, their roles, and the evaluators' role."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rulebook.errors import RulebookError
from rulebook.limits import TEMPLATE_BODY
from rulebook.project.names import EVALUATOR_ROLE, ROLE_PATH, document_name, role_name
from rulebook.publishing.policies import (
    Policy,
    evaluator_policy,
    evaluator_trust,
    runbook_policy,
    runbook_trust,
)

Template = dict[str, Any]

LARGEST = TEMPLATE_BODY
SCRIPTS = "Scripts"
# By it, publish knows the stacks that it made.
DESCRIPTION = "Runbooks that remedy what the rulebook rules find, and least-privilege roles"


class TemplateTooLarge(RulebookError):
    """CloudFormation would refuse the template."""


def template(
    documents: Mapping[str, Mapping[str, Any]],
    permissions: Mapping[str, Sequence[str]],
    exempt_tags: Mapping[str, Iterable[str]],
    evaluator_permissions: Iterable[str],
) -> Template:
    """Render the stack.

    Args:
        documents: the built documents by name.
        permissions: the IAM actions of each document's role.
        exempt_tags: by document, the tags (``Key`` or ``Key=Value``) whose carriers may not be changed.
        evaluator_permissions: what the rules' functions read.
    """
    scripts: dict[str, dict[str, str]] = {}
    resources: dict[str, Any] = {
        "EvaluatorRole": _role(
            EVALUATOR_ROLE,
            "Reads what the rules judge and reports it to AWS Config",
            evaluator_trust(),
            evaluator_policy(evaluator_permissions),
        )
    }
    for name, document in documents.items():
        resources[f"{name}Role"] = _role(
            role_name(name),
            f"What the runbook {document_name(name)} may do",
            runbook_trust(),
            runbook_policy(permissions[name], exempt_tags.get(name, ())),
        )
        resources[name] = _document(name, document, scripts)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": DESCRIPTION,
        **({"Mappings": {SCRIPTS: scripts}} if scripts else {}),
        "Resources": resources,
        "Outputs": {
            "EvaluatorRoleArn": {
                "Description": "For rdk deploy --lambda-role-arn",
                "Value": {"Fn::GetAtt": ["EvaluatorRole", "Arn"]},
            }
        },
    }


def merged(published: Template, chosen: Template) -> Template:
    """Return the chosen documents together with those that are published and were not chosen."""
    scripts = {**_scripts(published), **_scripts(chosen)}
    return {
        **chosen,
        **({"Mappings": {SCRIPTS: scripts}} if scripts else {}),
        "Resources": {**published["Resources"], **chosen["Resources"]},
    }


def _scripts(rendered: Template) -> dict[str, Any]:
    return dict(rendered.get("Mappings", {}).get(SCRIPTS, {}))


def body(rendered: Template) -> str:
    """Return the template as the text that goes to CloudFormation."""
    return json.dumps(rendered, separators=(",", ":"))


def demand_small(text: str) -> None:
    """Refuse a template that has more bytes than CloudFormation takes in a call.

    Raises:
        TemplateTooLarge: it has.
    """
    if len(text) > LARGEST:
        raise TemplateTooLarge(
            f"the template has {len(text):,} bytes, and a call takes {LARGEST:,}; pass --s3-bucket BUCKET to "
            "hand it over in S3, or publish some documents in a stack of their own (--stack-name)"
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


def _document(name: str, document: Mapping[str, Any], scripts: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "Type": "AWS::SSM::Document",
        "Properties": {
            "Name": document_name(name),
            "DocumentType": "Automation",
            "DocumentFormat": "JSON",
            "UpdateMethod": "NewVersion",
            "Content": {
                **document,
                "mainSteps": [_step(name, step, scripts) for step in document["mainSteps"]],
            },
        },
    }


def _step(name: str, step: Mapping[str, Any], scripts: dict[str, dict[str, str]]) -> Mapping[str, Any]:
    """Take the script out of the step: both steps carry the same, and it need be in the template once."""
    script = step.get("inputs", {}).get("Script")
    if script is None:
        return step
    texts = scripts.setdefault(name, {})
    key = next((key for key, text in texts.items() if text == script), f"Script{len(texts) + 1}")
    texts[key] = script
    return {**step, "inputs": {**step["inputs"], "Script": {"Fn::FindInMap": [SCRIPTS, name, key]}}}
