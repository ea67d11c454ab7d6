"""What a caller sends wrong is never an internal failure."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox, misfit
from rulebook.sandbox.request import ApiRequest

DEEP = "[" * 5000 + "]" * 5000
ROLE = "arn:aws:iam::123456789012:role/r"
WRONG: list[Any] = [
    ("iam", "list_users", {"MaxItems": "x"}, "ValidationError", "MaxItems is no integer."),
    (
        "iam",
        "update_account_password_policy",
        {"MinimumPasswordLength": "x"},
        "ValidationError",
        "MinimumPasswordLength is no integer.",
    ),
    (
        "sts",
        "assume_role",
        {"RoleArn": ROLE, "RoleSessionName": "session", "DurationSeconds": "x"},
        "ValidationError",
        "DurationSeconds is no integer.",
    ),
    ("iam", "create_policy", {"PolicyName": "p", "PolicyDocument": DEEP}, "MalformedPolicyDocument", ""),
    (
        "iam",
        "create_role",
        {"RoleName": "r", "AssumeRolePolicyDocument": DEEP},
        "MalformedPolicyDocument",
        "This policy contains invalid Json",
    ),
    ("ssm", "list_documents", {"NextToken": "zz"}, "InvalidNextToken", "The specified token is not valid."),
    ("ssm", "get_parameter", {"Name": 3}, "SerializationException", "Name is no string."),
    ("ssm", "get_parameter", {}, "ValidationException", "The request must contain the parameter Name."),
    (
        "ssm",
        "put_parameter",
        {"Name": [1], "Value": "x", "Type": "String"},
        "SerializationException",
        "Name is no string.",
    ),
    (
        "ssm",
        "describe_automation_executions",
        {"MaxResults": "x"},
        "SerializationException",
        "MaxResults is no integer.",
    ),
    ("ssm", "start_automation_execution", {"DocumentName": 3}, "SerializationException", ""),
    (
        "lambda",
        "create_function",
        {"FunctionName": "f", "Role": ROLE, "Code": None},
        "ValidationException",
        "The request must contain the parameter Code.",
    ),
]


def lambdas(query: str, body: bytes = b"") -> tuple[ApiRequest, str]:
    operation = "CreateFunction" if body else "ListFunctions"
    return ApiRequest("lambda", operation, None, "rest-json", "/", body=body), query


def iam(operation: str, **fields: str) -> tuple[ApiRequest, str]:
    named = {name.replace("_", "."): text for name, text in fields.items()}
    return ApiRequest("iam", operation, None, "query", "/", named), ""


ASKED: list[Any] = [
    (lambdas("MaxItems=x"), "MaxItems is no integer."),
    (lambdas("MaxItems=5"), None),
    (lambdas("", b'{"Code": {"ZipFile": 3}}'), "Code.ZipFile is no blob."),
    (lambdas("", b'{"Layers": [[]]}'), "Layers.1 is no string."),
    (lambdas("", b'{"Publish": 1}'), "Publish is no boolean."),
    (lambdas("", b'{"Timeout": true}'), "Timeout is no integer."),
    (lambdas("", b'{"Tags": {"a": {}}}'), "Tags.a is no string."),
    (lambdas("", b"[]"), "The body is no structure."),
    (lambdas("", b"{"), "The body is not JSON."),
    (lambdas("", b"[" * 90_000), "The body is nested too deeply."),
    (lambdas("", b'{"FunctionName": "f", "Role": "r", "Code": {}, "Timeout": 3, "New": []}'), None),
    ((ApiRequest("lambda", "Invoke", None, "rest-json", "/", body=b"{"), ""), None),
    (iam("CreateUser", UserName="u", Tags_member_1_Key="k"), None),
    (iam("CreateUser", UserName="u", Tags="x"), None),
    (iam("CreateUser"), "The request must contain the parameter UserName."),
    (iam("NoSuchCall", MaxItems="x"), None),
]


@pytest.mark.parametrize(("asked", "says"), ASKED)
def test_only_what_does_not_fit_is_refused(asked: tuple[ApiRequest, str], says: str | None) -> None:
    found = misfit.misfit_refusal(*asked, RuntimeError("a defect"))
    assert (found and (found.status, found.message)) == (says and (400, says))


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An empty account."""
    with Sandbox.start() as running:
        yield running


@pytest.mark.parametrize(("service", "operation", "given", "code", "says"), WRONG)
def test_a_wrong_parameter_is_the_senders(
    account: Sandbox, service: str, operation: str, given: dict[str, Any], code: str, says: str
) -> None:
    """It is sent as a client would that looks at nothing itself."""
    careless = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    made: Any = boto3.client(
        service,  # type: ignore[call-overload]  # any service
        endpoint_url=account.endpoint,
        region_name="us-east-1",
        aws_access_key_id=account.administrator.access_key_id,
        aws_secret_access_key=account.administrator.secret_access_key,
        config=careless,
    )
    with pytest.raises(ClientError) as refusal:
        getattr(made, operation)(**given)
    answer = refusal.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (400, code)
    assert says in answer["Error"]["Message"]
