"""How large the template is that ``rdk deploy`` sends: its own, plus what it makes of parameters.json."""

import json
from typing import Any

from rulebook.project.names import logical_name

# Bytes of rdk's template as 0.17.24 sends it (1.0.0 needs 7 fewer); a test compares it with the real one.
OWN = 12_779
FRAME = len('{\n  "Resources": {\n  }\n}') - len(",")  # OWN counts it already


def template_bytes(parameters_json: dict[str, Any], content: Any) -> int:
    """Return the bytes of the template for the content of a parameters.json and of the document it names."""
    parameters = parameters_json["Parameters"]
    rule = parameters["RuleName"]
    added = {
        "Remediation": _remediation(rule, parameters["Remediation"]),
        f"{logical_name(rule)}RemediationAction": {
            "Type": "AWS::SSM::Document",
            "Properties": {"DocumentType": "Automation", "Content": content},
        },
    }
    if "IAM" in parameters["SSMAutomation"]:
        added |= _role(rule, parameters["SSMAutomation"]["IAM"])
    return OWN + len(json.dumps({"Resources": added}, indent=2)) - FRAME


def _remediation(rule: str, properties: dict[str, Any]) -> dict[str, Any]:
    document = f"{logical_name(rule)}RemediationAction"
    return {
        "Type": "AWS::Config::RemediationConfiguration",
        "DependsOn": ["rdkConfigRule", document],
        "Properties": properties | {"TargetId": {"Ref": document}},
    }


def _role(rule: str, actions: list[str]) -> dict[str, Any]:
    """Return the role and policy as rdk writes them: any resource, no condition."""
    trust = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    allow = {"Action": actions, "Effect": "Allow", "Resource": "*"}
    return {
        f"{logical_name(rule)}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Description": f"IAM Role to Support Config Remediation for {rule}",
                "Path": "/rdk-remediation-role/",
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            },
        },
        f"{logical_name(rule)}Policy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyDocument": {"Statement": [allow], "Version": "2012-10-17"},
                "PolicyName": {"Fn::Sub": f"{rule}-Remediation-Policy-${{AWS::Region}}"},
                "Roles": [{"Ref": f"{logical_name(rule)}Role"}],
            },
        },
    }
