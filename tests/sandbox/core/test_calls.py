"""The log of calls."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox
from rulebook.sandbox.calls import Call


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"),
    [
        ("iam", "list_users", {}, Call("iam", "ListUsers", "admin", None)),
        ("iam", "get_user", {"UserName": "x"}, Call("iam", "GetUser", "admin", "NoSuchEntity")),
        ("config", "describe_config_rules", {}, Call("config", "DescribeConfigRules", "admin", None)),
        (
            "config",
            "delete_config_rule",
            {"ConfigRuleName": "x"},
            Call("config", "DeleteConfigRule", "admin", "NoSuchConfigRuleException"),
        ),
        ("ssm", "get_document", {"Name": "x"}, Call("ssm", "GetDocument", "admin", "InvalidDocument")),
        ("lambda", "list_functions", {}, Call("lambda", "ListFunctions", "admin", None)),
        (
            "lambda",
            "get_function",
            {"FunctionName": "x"},
            Call("lambda", "GetFunction", "admin", "ResourceNotFoundException"),
        ),
        ("s3", "create_bucket", {"Bucket": "bucket"}, Call("s3", "CreateBucket", "admin", None)),
        ("s3", "head_bucket", {"Bucket": "bucket"}, Call("s3", "HeadBucket", "admin", "404")),
        (
            "s3",
            "get_object",
            {"Bucket": "bucket", "Key": "a/b"},
            Call("s3", "GetObject", "admin", "NoSuchBucket"),
        ),
        ("cloudformation", "list_stacks", {}, Call("cloudformation", "ListStacks", "admin", None)),
        ("sts", "get_caller_identity", {}, Call("sts", "GetCallerIdentity", "admin", None)),
    ],
)
def test_a_call_is_logged(
    account: Sandbox, service: str, operation: str, arguments: dict[str, Any], expected: Call
) -> None:
    try:
        getattr(account.client(service), operation)(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == expected.error_code  # noqa: PT017 - only some are refused
    assert list(account.calls) == [expected]


def test_a_role_is_named_by_its_arn(account: Sandbox, assume: Callable[..., Any]) -> None:
    role = assume(path="/rdk-remediation-role/")
    account.calls.clear()
    with pytest.raises(ClientError):
        role.client("iam").list_users()
    arn = "arn:aws:iam::123456789012:role/rdk-remediation-role/runbook"
    assert list(account.calls) == [Call("iam", "ListUsers", arn, "AccessDenied")]


def test_no_call_of_many_at_once_is_lost(account: Sandbox) -> None:
    account.add_user("bob", timedelta(days=1))
    iam = account.client("iam")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: iam.get_user(UserName="bob"), range(200)))
    assert [call.operation for call in account.calls] == ["GetUser"] * 200
    account.calls.clear()
    assert len(account.calls) == 0
