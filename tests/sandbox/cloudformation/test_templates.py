"""Templates are data, whoever sends them."""

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
    "far too deep": "a: " + "[" * 20_000,
}


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An empty account."""
    with Sandbox.start() as running:
        yield running


@pytest.mark.parametrize("body", BAD.values(), ids=list(BAD))
@pytest.mark.parametrize("operation", ["create_stack", "validate_template", "get_template_summary"])
def test_a_template_runs_nothing(account: Sandbox, tmp_path: Path, operation: str, body: str) -> None:
    """Neither does one that is none end in an InternalFailure."""
    touched = tmp_path / "touched"
    given = {"TemplateBody": body.format(touched)} | (
        {"StackName": "s"} if operation == "create_stack" else {}
    )
    with pytest.raises(ClientError) as refusal:
        getattr(account.client("cloudformation"), operation)(**given)
    assert refusal.value.response["Error"]["Code"] == "ValidationError"
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
