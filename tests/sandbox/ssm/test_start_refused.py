"""What StartAutomationExecution refuses, with the service's codes."""

import json
from typing import Any

import boto3
import botocore.exceptions
import pytest

from sandbox.functions.deployed import trust
from sandbox.ssm.published import Automation, document, sleep_step

PARAMETERS = "InvalidAutomationExecutionParametersException"
UNASSUMABLE = "The defined assume role is unable to be assumed."


def refusal(automation: Automation, **asked: Any) -> tuple[str, str]:
    """Return code and message of a refused start."""
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        automation.ssm.start_automation_execution(**asked)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def rest(automation: Automation) -> str:
    automation.publish("Rest", sleep_step("Rest"))
    command = {"schemaVersion": "2.2", "mainSteps": [], "description": "no automation"}
    automation.ssm.create_document(
        Name="Command", Content=json.dumps(command), DocumentType="Command", DocumentFormat="JSON"
    )
    return "Rest"


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        pytest.param(
            {"Parameters": {"Name": ["Alice!"]}}, PARAMETERS, "^[a-z]+$", id="pattern does not match"
        ),
        pytest.param({"Parameters": {"Other": ["x"]}}, PARAMETERS, "Other", id="unknown parameter"),
        pytest.param(
            {"Parameters": {"Name": ["a", "b"]}}, PARAMETERS, "Name", id="two values for one string"
        ),
        pytest.param(
            {"Parameters": {"AutomationAssumeRole": ["admin"]}},
            PARAMETERS,
            "format of the supplied",
            id="no role ARN",
        ),
        pytest.param({"Mode": "Interactive"}, PARAMETERS, "Interactive", id="step by step"),
        pytest.param(
            {"TargetParameterName": "Name", "Targets": [{"Key": "ParameterValues", "Values": ["a"]}]},
            PARAMETERS,
            "Targets",
            id="many targets",
        ),
        pytest.param(
            {"DocumentName": "None"}, "AutomationDefinitionNotFoundException", "None", id="no document"
        ),
        pytest.param(
            {"DocumentName": "Command"}, "AutomationDefinitionNotFoundException", "Command", id="another type"
        ),
        pytest.param(
            {"DocumentVersion": "9"},
            "AutomationDefinitionVersionNotFoundException",
            "9",
            id="no such version",
        ),
    ],
)
def test_refused_with_the_service_s_code(
    automation: Automation, rest: str, asked: dict[str, Any], code: str, words: str
) -> None:
    got, message = refusal(automation, **{"DocumentName": rest} | asked)
    assert got == code
    assert words in message


def test_a_required_parameter_must_be_given(automation: Automation) -> None:
    content = json.dumps(document([sleep_step("Rest")]))
    automation.ssm.create_document(
        Name="Required", Content=content, DocumentType="Automation", DocumentFormat="JSON"
    )
    code, message = refusal(automation, DocumentName="Required")
    assert (code, "AutomationAssumeRole" in message) == (PARAMETERS, True)


def source(operator: str, key: str, value: str) -> dict[str, Any]:
    """Return a condition of a trust policy."""
    return {"Condition": {operator: {key: value}}}


@pytest.mark.parametrize(
    ("service", "condition", "assumable"),
    [
        pytest.param("ssm.amazonaws.com", {}, True, id="no condition"),
        pytest.param("lambda.amazonaws.com", {}, False, id="another service"),
        pytest.param("ssm.amazonaws.com", {"Effect": "Deny"}, False, id="denied"),
        pytest.param("ssm.amazonaws.com", {"Action": "sts:TagSession"}, False, id="another action"),
        pytest.param(
            "ssm.amazonaws.com",
            source("StringEquals", "aws:SourceAccount", "123456789012"),
            True,
            id="this account",
        ),
        pytest.param(
            "ssm.amazonaws.com",
            source("StringEquals", "aws:SourceAccount", "999999999999"),
            False,
            id="another account",
        ),
        pytest.param(
            "ssm.amazonaws.com",
            source("ArnLike", "aws:SourceArn", "arn:aws:ssm:*:123456789012:automation-execution/*"),
            True,
            id="its executions",
        ),
        pytest.param(
            "ssm.amazonaws.com",
            source("ArnLike", "aws:SourceArn", "arn:aws:ssm:*:123456789012:document/*"),
            False,
            id="other sources",
        ),
    ],
)
def test_the_role_s_trust_policy_decides(
    automation: Automation,
    rest: str,
    request: pytest.FixtureRequest,
    service: str,
    condition: dict[str, Any],
    assumable: bool,
) -> None:
    name = request.node.callspec.id.replace(" ", "-")
    arn = automation.account.client("iam").create_role(
        RoleName=name, Path="/some/path/", AssumeRolePolicyDocument=trust(service, **condition)
    )["Role"]["Arn"]
    asked: Any = {"DocumentName": rest, "Parameters": {"AutomationAssumeRole": [arn]}}
    if assumable:
        assert automation.run(rest, Parameters=asked["Parameters"])["AutomationExecutionStatus"] == "Success"
    else:
        assert refusal(automation, **asked) == (PARAMETERS, UNASSUMABLE)


def test_a_role_that_does_not_exist_cannot_be_assumed(automation: Automation, rest: str) -> None:
    role = "arn:aws:iam::123456789012:role/nobody"
    asked: Any = {"DocumentName": rest, "Parameters": {"AutomationAssumeRole": [role]}}
    assert refusal(automation, **asked) == (PARAMETERS, UNASSUMABLE)


def test_the_same_token_is_the_same_execution(automation: Automation, rest: str) -> None:
    token = "11111111-2222-3333-4444-555555555555"
    first = automation.start(rest, ClientToken=token)
    assert automation.start(rest, ClientToken=token) == first
    code, _ = refusal(automation, DocumentName=rest, ClientToken=token, Parameters={"Name": ["bob"]})
    assert code == "IdempotentParameterMismatch"


@pytest.mark.parametrize("passes", [True, False])
def test_a_caller_needs_the_right_to_pass_the_role(automation: Automation, rest: str, passes: bool) -> None:
    iam = automation.account.client("iam")
    name = f"starter-{passes}"
    iam.create_user(UserName=name)
    actions = ["ssm:StartAutomationExecution", *(["iam:PassRole"] if passes else [])]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    ssm = boto3.client(
        "ssm",
        endpoint_url=automation.account.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    if passes:
        execution = ssm.start_automation_execution(DocumentName=rest)["AutomationExecutionId"]
        assert automation.wait(execution)["ExecutedBy"] == f"arn:aws:iam::123456789012:user/{name}"
        return
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        ssm.start_automation_execution(DocumentName=rest)
    assert refused.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": f"User: arn:aws:iam::123456789012:user/{name} is not authorized to perform: iam:PassRole"
        f" on resource: {automation.role}",
    }
