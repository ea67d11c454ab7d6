"""The two Config types and the document, in stacks made by hand; rdk's own template is in test_rdk."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox

STACK = "pair"
ROLE = "arn:aws:iam::123456789012:role/remedy"


def content(description: str) -> dict[str, Any]:
    return {
        "schemaVersion": "0.3",
        "description": description,
        "parameters": {"AutomationAssumeRole": {"type": "String"}, "UserId": {"type": "String"}},
        "mainSteps": [{"name": "Wait", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}],
    }


def template(function_arn: str, description: str = "first", **changes: Any) -> dict[str, Any]:
    """Return a rule with its remediation and document; ``changes`` replaces properties."""
    rule = {
        "Source": {
            "Owner": "CUSTOM_LAMBDA",
            "SourceIdentifier": function_arn,
            "SourceDetails": [
                {"Ref": "AWS::NoValue"},
                {"EventSource": "aws.config", "MessageType": "ScheduledNotification"},
            ],
        },
        "InputParameters": {"longest": "8"},
    }
    remediation = {
        "ConfigRuleName": {"Ref": "Rule"},
        "TargetType": "SSM_DOCUMENT",
        "TargetId": {"Ref": "Document"},
        "Automatic": "true",
        "MaximumAutomaticAttempts": "3",
        "RetryAttemptSeconds": "60",
        "ExecutionControls": {"SsmControls": {"ErrorPercentage": "20"}},
        "Parameters": {
            "AutomationAssumeRole": {"StaticValue": {"Values": [ROLE]}},
            "UserId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
        },
    }
    outputs = {"Arn": "Arn", "Id": "ConfigRuleId", "Compliance": "Compliance.Type"}
    return {
        "Resources": {
            "Document": {
                "Type": "AWS::SSM::Document",
                "Properties": {"DocumentType": "Automation", "Content": content(description)}
                | changes.get("document", {}),
            },
            "Rule": {"Type": "AWS::Config::ConfigRule", "Properties": rule | changes.get("rule", {})},
            "Remediation": {
                "Type": "AWS::Config::RemediationConfiguration",
                "Properties": remediation | changes.get("remediation", {}),
            },
        },
        "Outputs": {name: {"Value": {"Fn::GetAtt": ["Rule", one]}} for name, one in outputs.items()},
    }


class Stack:
    """One stack, and what it made."""

    def __init__(self, account: Sandbox, config: Any, function_arn: str) -> None:
        self.client = account.client("cloudformation")
        self.ssm = account.client("ssm")
        self.config = config
        self.function_arn = function_arn

    def create(self, **changes: Any) -> None:
        """Create it."""
        self.client.create_stack(
            StackName=STACK, TemplateBody=json.dumps(template(self.function_arn, **changes))
        )

    def update(self, **changes: Any) -> None:
        """Change it."""
        self.client.update_stack(
            StackName=STACK, TemplateBody=json.dumps(template(self.function_arn, **changes))
        )

    def physical(self) -> dict[str, str]:
        """Return physical ids by logical id."""
        found = self.client.describe_stack_resources(StackName=STACK)["StackResources"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    def status(self) -> str:
        """Return how far it is."""
        return str(self.client.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])

    def failures(self) -> dict[str, str]:
        """Return why resources failed, by logical id."""
        events = self.client.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [one for one in events if one["ResourceStatus"].endswith("_FAILED")]
        return {one["LogicalResourceId"]: one["ResourceStatusReason"] for one in failed}

    def documents(self) -> list[str]:
        """Return every document of the account itself."""
        found = self.ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
        return [one["Name"] for one in found]

    def rules(self) -> list[dict[str, Any]]:
        """Return every rule."""
        found: list[dict[str, Any]] = self.config.describe_config_rules()["ConfigRules"]
        return found

    def attached(self, *rules: str) -> list[dict[str, Any]]:
        """Return what is attached to these rules."""
        answer = self.config.describe_remediation_configurations(ConfigRuleNames=list(rules))
        found: list[dict[str, Any]] = answer["RemediationConfigurations"]
        return found


@pytest.fixture
def stack(account: Sandbox, config: Any, function_arn: str) -> Iterator[Stack]:
    made = Stack(account, config, function_arn)
    yield made
    made.client.delete_stack(StackName=STACK)


def test_a_stack_makes_all_three_with_names_of_its_own(stack: Stack) -> None:
    stack.create()
    physical = stack.physical()
    (rule,) = stack.rules()
    assert physical["Rule"] == rule["ConfigRuleName"]
    assert rule["ConfigRuleName"].startswith("pair-Rule-")
    assert physical["Document"].startswith("pair-Document-")
    assert rule["InputParameters"] == '{"longest": "8"}'
    assert [one["MessageType"] for one in rule["Source"]["SourceDetails"]] == ["ScheduledNotification"]
    (attached,) = stack.attached(physical["Rule"])
    assert attached["TargetId"] == physical["Document"]
    assert (attached["Automatic"], attached["MaximumAutomaticAttempts"]) == (True, 3)
    assert attached["ExecutionControls"] == {"SsmControls": {"ErrorPercentage": 20}}
    outputs = stack.client.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    assert {one["OutputKey"]: one["OutputValue"] for one in outputs} == {
        "Arn": rule["ConfigRuleArn"],
        "Id": rule["ConfigRuleId"],
        "Compliance": "INSUFFICIENT_DATA",
    }
    document = stack.ssm.get_document(Name=physical["Document"])
    assert (document["DocumentFormat"], json.loads(document["Content"])) == ("JSON", content("first"))


def test_an_update_changes_what_is_there(stack: Stack) -> None:
    stack.create()
    before = stack.physical()
    stack.update(rule={"InputParameters": {"longest": "9"}}, remediation={"MaximumAutomaticAttempts": 5})
    assert stack.physical() == before
    assert [one["InputParameters"] for one in stack.rules()] == ['{"longest": "9"}']
    assert [one["MaximumAutomaticAttempts"] for one in stack.attached(before["Rule"])] == [5]


def test_a_changed_document_gets_another_name_that_the_remediation_follows(stack: Stack) -> None:
    """So it is with rdk's template, which has no UpdateMethod (cloudformation-coverage-roadmap 339)."""
    stack.create()
    before = stack.physical()
    stack.update(description="second")
    after = stack.physical()
    assert (after["Document"] != before["Document"], after["Rule"]) == (True, before["Rule"])
    assert stack.ssm.describe_document(Name=after["Document"])["Document"]["Description"] == "second"
    assert [one["TargetId"] for one in stack.attached(after["Rule"])] == [after["Document"]]
    with pytest.raises(ClientError, match="does not exist"):
        stack.ssm.get_document(Name=before["Document"])


def test_update_method_new_version_keeps_the_name(stack: Stack) -> None:
    stack.create(document={"UpdateMethod": "NewVersion"})
    before = stack.physical()
    for description, version in (("second", "2"), ("first", "1")):
        stack.update(description=description, document={"UpdateMethod": "NewVersion"})
        document = stack.ssm.describe_document(Name=before["Document"])["Document"]
        assert (document["DefaultVersion"], document["Description"]) == (version, description)
    assert stack.physical() == before


def test_a_document_with_a_name_of_its_own_cannot_be_replaced(stack: Stack) -> None:
    stack.create(document={"Name": "Mine"})
    stack.update(description="second", document={"Name": "Mine"})
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert "Rename Mine and update the stack again" in stack.failures()["Document"]
    stack.update(description="second", document={"Name": "Mine2"})
    assert (stack.status(), stack.physical()["Document"]) == ("UPDATE_COMPLETE", "Mine2")


def test_another_name_replaces_the_rule(stack: Stack) -> None:
    stack.create(rule={"ConfigRuleName": "ONE"}, remediation={"ConfigRuleName": "ONE"})
    stack.update(rule={"ConfigRuleName": "ONE", "Description": "kept"}, remediation={"ConfigRuleName": "ONE"})
    assert [(one["ConfigRuleName"], one["Description"]) for one in stack.rules()] == [("ONE", "kept")]
    stack.update(rule={"ConfigRuleName": "TWO"}, remediation={"ConfigRuleName": "TWO"})
    assert [one["ConfigRuleName"] for one in stack.rules()] == ["TWO"]
    assert [one["ConfigRuleName"] for one in stack.attached("ONE", "TWO")] == ["TWO"]


def test_a_deleted_stack_leaves_nothing(stack: Stack) -> None:
    stack.create()
    physical = stack.physical()
    stack.client.delete_stack(StackName=STACK)
    assert stack.rules() == []
    assert stack.attached(physical["Rule"]) == []
    with pytest.raises(ClientError, match="does not exist"):
        stack.ssm.get_document(Name=physical["Document"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"RetryAttemptSeconds": 0}, "AWS::Config::RemediationConfiguration: ValidationException"),
        ({"TargetId": "Missing"}, "The SSM document Missing does not exist"),
        ({"Parameters": {"Days": {"StaticValue": {"Values": [90]}}}}, "NUMBER_VALUE can not be converted"),
    ],
    ids=["a limit", "no document", "a number"],
)
def test_what_config_refuses_rolls_a_new_stack_back(
    stack: Stack, changes: dict[str, Any], message: str
) -> None:
    """The call succeeds; the stack fails, keeps its reason, and can then only be deleted."""
    stack.create(remediation=changes)
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert message in stack.failures()["Remediation"]
    assert stack.rules() == []
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stack.update()
    stack.client.delete_stack(StackName=STACK)
    stack.create()
    assert stack.status() == "CREATE_COMPLETE"


def test_what_config_refuses_puts_an_updated_stack_back(stack: Stack) -> None:
    stack.create()
    before = stack.physical()
    stack.update(
        description="second",
        rule={"InputParameters": {"longest": "9"}},
        remediation={"MaximumAutomaticAttempts": 26},
    )
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert "MaximumAutomaticAttempts".lower() in stack.failures()["Remediation"].lower()
    assert stack.physical() == before
    assert [one["InputParameters"] for one in stack.rules()] == ['{"longest": "8"}']
    attached = stack.attached(before["Rule"])
    assert [(one["TargetId"], one["MaximumAutomaticAttempts"]) for one in attached] == [
        (before["Document"], 3)
    ]
    assert stack.documents() == [before["Document"]]
    stack.update(description="third")
    assert stack.status() == "UPDATE_COMPLETE"


def test_a_fault_of_the_template_is_refused_at_once(stack: Stack) -> None:
    broken = template(stack.function_arn)
    broken["Outputs"]["Arn"]["Value"]["Fn::GetAtt"] = ["Rule", "Nothing"]
    with pytest.raises(ClientError, match="does not support attribute type Nothing"):
        stack.client.create_stack(StackName=STACK, TemplateBody=json.dumps(broken))


@pytest.mark.parametrize("operation", ["create_stack", "update_stack", "validate_template"])
def test_a_template_of_more_than_51200_bytes_is_refused(stack: Stack, operation: str) -> None:
    name = {} if operation == "validate_template" else {"StackName": STACK}
    body = json.dumps(template(stack.function_arn, description="x" * 51_200))
    with pytest.raises(ClientError, match="less than or equal to 51200"):
        getattr(stack.client, operation)(**name, TemplateBody=body)
