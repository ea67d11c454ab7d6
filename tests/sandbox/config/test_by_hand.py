"""As in the Config console: publish a document, attach it by hand, remedy one resource, watch it succeed."""

import json
from datetime import timedelta
from typing import Any

from rulebook.sandbox import Sandbox

from .conftest import RULE, USER, eventually

SCRIPT = """
import boto3
def handler(events, context):
    boto3.client("iam").tag_user(UserName=events["Name"], Tags=[{"Key": "Seen", "Value": events["UserId"]}])
    return {"Outcome": "Tagged"}
"""
DOCUMENT = {
    "schemaVersion": "0.3",
    "assumeRole": "{{ AutomationAssumeRole }}",
    "parameters": {name: {"type": "String"} for name in ("AutomationAssumeRole", "UserId", "Name")},
    "mainSteps": [
        {
            "name": "Tag",
            "action": "aws:executeScript",
            "inputs": {
                "Runtime": "python3.11",
                "Handler": "handler",
                "InputPayload": {"UserId": "{{ UserId }}", "Name": "{{ Name }}"},
                "Script": SCRIPT,
            },
        }
    ],
}


def role(account: Sandbox) -> str:
    """Make the runbook's role and return its ARN."""
    principal = {"Service": "ssm.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    allowed = {"Effect": "Allow", "Action": "iam:TagUser", "Resource": "*"}
    iam = account.client("iam")
    made = iam.create_role(RoleName="tagger", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName="tagger", PolicyName="tag", PolicyDocument=policy)
    return str(made["Role"]["Arn"])


def test_one_resource_is_remedied_by_hand(account: Sandbox, config: Any, function_arn: str) -> None:
    ada = account.add_user("ada", timedelta(days=9))
    details = [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]
    source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function_arn, "SourceDetails": details}
    config.put_config_rule(ConfigRule={"ConfigRuleName": RULE, "Source": source})
    account.client("ssm").create_document(
        Name="TagUser", DocumentType="Automation", DocumentFormat="JSON", Content=json.dumps(DOCUMENT)
    )
    attached = {
        "ConfigRuleName": RULE,
        "TargetType": "SSM_DOCUMENT",
        "TargetId": "TagUser",
        "Automatic": False,
        "Parameters": {
            "AutomationAssumeRole": {"StaticValue": {"Values": [role(account)]}},
            "UserId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
            "Name": {"StaticValue": {"Values": ["ada"]}},
        },
    }
    config.put_remediation_configurations(RemediationConfigurations=[attached])
    key = {"resourceType": USER, "resourceId": ada}
    config.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=[key])

    def ended() -> Any:
        asked = config.describe_remediation_execution_status(ConfigRuleName=RULE, ResourceKeys=[key])
        (shown,) = asked["RemediationExecutionStatuses"]
        return shown["State"] not in {"QUEUED", "IN_PROGRESS"} and shown

    shown = eventually(ended)
    assert (shown["State"], [step["Name"] for step in shown["StepDetails"]]) == ("SUCCEEDED", ["Tag"])
    assert account.client("iam").list_user_tags(UserName="ada")["Tags"] == [{"Key": "Seen", "Value": ada}]
