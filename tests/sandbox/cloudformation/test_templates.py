"""Templates are data, whoever sends them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox

CALL = "!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{}']]"
BAD = {
    "a call": CALL,
    "a call beside resources": "Description: " + CALL + "\nResources: {{A: {{Type: 'AWS::SNS::Topic'}}}}",
    "half of a list": "a: [",
    "a tab": "\tx",
    "a list": "- a",
    "itself": "a: &a [*a]\nResources: *a",
    "far too deep": "Resources: " + "[" * 5_000 + "]" * 5_000,
    "deeper than C recurses": "Resources: " + "[" * 25_000 + "]" * 25_000,
    "deep JSON": '{{"Resources": ' + "[" * 25_000 + "]" * 25_000 + "}}",
}


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An empty account."""
    with Sandbox.start() as running:
        yield running


@pytest.mark.parametrize("body", BAD.values(), ids=list(BAD))
@pytest.mark.parametrize("operation", ["create_stack", "validate_template", "get_template_summary"])
def test_a_template_runs_nothing(
    account: Sandbox, tmp_path: Path, operation: str, body: str, request: pytest.FixtureRequest
) -> None:
    """Neither does one that is none end in an InternalFailure."""
    touched = tmp_path / "touched"
    given = {"TemplateBody": body.format(touched)} | (
        {"StackName": "s"} if operation == "create_stack" else {}
    )
    with pytest.raises(ClientError) as refusal:
        getattr(account.client("cloudformation"), operation)(**given)
    assert refusal.value.response["Error"]["Code"] == "ValidationError"
    assert "deep" not in request.node.name or "not well-formed" in str(refusal.value)
    assert not touched.exists()


SHORT = """
Resources:
  A:
    Type: AWS::SSM::Parameter
    Properties: {Name: a, Type: String, Value: !Sub ["${AWS::StackName}-${B}", {B: !Ref AWS::Region}]}
Outputs:
  O: {Value: !Ref A}
"""


def test_intrinsics_may_be_short(account: Sandbox) -> None:
    account.client("cloudformation").create_stack(StackName="short", TemplateBody=SHORT)
    assert account.client("ssm").get_parameter(Name="a")["Parameter"]["Value"] == "short-us-east-1"


BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=False)
)


@pytest.mark.parametrize("operation", ["create_stack", "validate_template"])
def test_aliases_are_not_followed(account: Sandbox, operation: str) -> None:
    given = {"TemplateBody": BOMB} | ({"StackName": "bomb"} if operation == "create_stack" else {})
    before = time.monotonic()
    with pytest.raises(ClientError, match="YAML aliases are not allowed"):
        getattr(account.client("cloudformation"), operation)(**given)
    assert time.monotonic() - before < 1


TOPIC = "Resources: {A: {Type: 'AWS::SNS::Topic'}}\n"
PARAMETER = (
    "Resources: {A: {Type: 'AWS::SSM::Parameter', Properties: {Name: never, Type: String, Value: %s}}}"
)
MISTAKES = {
    "GetAtt of a map": PARAMETER % "!GetAtt {a: b}",
    "Join of a number": PARAMETER % "{'Fn::Join': 3}",
    "Select out of range": PARAMETER % "{'Fn::Select': [7, [a]]}",
    "FindInMap of no mapping": PARAMETER % "{'Fn::FindInMap': [No, a, b]}",
    "Sub of a number": PARAMETER % "{'Fn::Sub': 3}",
    "no such condition": "Resources: {A: {Type: 'AWS::SNS::Topic', Condition: Nope}}",
    "Conditions is a text": TOPIC + "Conditions: foo",
    "Mappings is a text": TOPIC + "Mappings: foo",
    "Outputs is a text": TOPIC + "Outputs: foo",
    "Parameters is a list": TOPIC + "Parameters: [a]",
    "a parameter is a text": TOPIC + "Parameters: {P: foo}",
    "DependsOn in a circle": (
        "Resources: {A: {Type: 'AWS::SNS::Topic', DependsOn: B}, B: {Type: 'AWS::SNS::Topic', DependsOn: A}}"
    ),
    "Ref in a circle": (
        "Resources: {A: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref B}}, "
        "B: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref A}}}"
    ),
    "DependsOn is a number": "Resources: {A: {Type: 'AWS::SNS::Topic', DependsOn: 3}}",
    "Type is null": "Resources: {A: {Type: ~}}",
    "Properties is a list": "Resources: {A: {Type: 'AWS::SNS::Topic', Properties: [a]}}",
    "a role nobody may take": "Resources: {A: {Type: 'AWS::IAM::Role', Properties: {}}}",
    "a document without content": (
        "Resources: {A: {Type: 'AWS::SSM::Document', Properties: {DocumentType: Automation}}}"
    ),
    "a parameter without a name": (
        "Resources: {A: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Value: v}}}"
    ),
    "a function without code": (
        "Resources: {A: {Type: 'AWS::Lambda::Function', Properties: "
        "{Runtime: python3.11, Handler: a.b, Role: 'arn:aws:iam::123456789012:role/r'}}}"
    ),
}


@pytest.mark.parametrize("body", MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_the_senders(account: Sandbox, body: str) -> None:
    """It is refused, or the stack rolls back; none stays half made."""
    cloudformation = account.client("cloudformation")
    try:
        stack_id = cloudformation.create_stack(StackName="mistaken", TemplateBody=body)["StackId"]
    except ClientError as refusal:
        assert refusal.response["ResponseMetadata"]["HTTPStatusCode"] == 400  # noqa: PT017 - one of two good ends
        assert "mistaken" not in {one["StackName"] for one in cloudformation.describe_stacks()["Stacks"]}
        return
    (stack,) = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    cloudformation.delete_stack(StackName=stack_id)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
