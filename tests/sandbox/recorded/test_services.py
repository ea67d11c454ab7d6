"""Refusals of STS, Lambda, S3 and CloudFormation as recorded on AWS."""

from typing import Any

import pytest

from sandbox.recorded.facts import Account, Refusal, every

_LOCALSTACK = "localstack/localstack, tests/aws/services"
STS = f"{_LOCALSTACK}/sts/test_sts.snapshot.json, 2025-07-21"
LAMBDA = f"{_LOCALSTACK}/lambda_/test_lambda_api.snapshot.json, 2025-11-25"
S3 = f"{_LOCALSTACK}/s3/test_s3_api.snapshot.json, 2026-02-21"
STACKS = f"{_LOCALSTACK}/cloudformation/api/test_stacks.snapshot.json, 2025-07-21"
CHANGES = f"{_LOCALSTACK}/cloudformation/api/test_changesets.snapshot.json, 2025-07-21"


def _call(service: str, operation: str, **arguments: Any) -> Any:
    return lambda account: getattr(account.client(service), operation)(**arguments)


def _object_in_bucket(account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="full-of-crates")
    s3.put_object(Bucket="full-of-crates", Key="crate")
    s3.delete_bucket(Bucket="full-of-crates")


NO_FUNCTION = "Function not found: arn:aws:lambda:us-east-1:{id}:function:absent"

REFUSALS = (
    *(
        Refusal(
            f"{operation} of no function",
            LAMBDA,
            _call("lambda", operation, FunctionName="absent"),
            404,
            "ResourceNotFoundException",
            NO_FUNCTION,
        )
        for operation in ("get_function", "delete_function", "invoke")
    ),
    Refusal(
        "the policy of a bucket without",
        S3,
        lambda account: (
            account.client("s3").create_bucket(Bucket="open-quay"),
            account.client("s3").get_bucket_policy(Bucket="open-quay"),
        ),
        404,
        "NoSuchBucketPolicy",
        "The bucket policy does not exist",
    ),
    Refusal(
        "deleting a bucket that holds something",
        S3,
        _object_in_bucket,
        409,
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty",
    ),
    Refusal(
        "versions of no bucket",
        S3,
        _call(
            "s3",
            "put_bucket_versioning",
            Bucket="no-such-quay-here",
            VersioningConfiguration={"Status": "Enabled"},
        ),
        404,
        "NoSuchBucket",
        "The specified bucket does not exist",
    ),
    Refusal(
        "looking at no bucket",
        f"{_LOCALSTACK}/s3/test_s3.snapshot.json, 2026-02-21",
        _call("s3", "head_bucket", Bucket="no-such-quay-here"),
        404,
        "404",
        "Not Found",
    ),
    Refusal(
        "describing no stack",
        STACKS,
        _call("cloudformation", "describe_stacks", StackName="absent"),
        400,
        "ValidationError",
        "Stack with id absent does not exist",
    ),
    Refusal(
        "the template of no stack",
        f"{_LOCALSTACK}/cloudformation/api/test_templates.snapshot.json, 2025-09-12",
        _call("cloudformation", "get_template", StackName="absent"),
        400,
        "ValidationError",
        "Stack with id absent does not exist",
    ),
)

# What AWS said and the embedded account does not say yet.
DIFFERENT = (
    Refusal(
        "a session name with a colon",
        STS,
        _call("sts", "assume_role", RoleArn="arn:aws:iam::123456789012:role/plain", RoleSessionName="a:b"),
        400,
        "ValidationError",
        "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy constraint: Member must "  # noqa: E501 - the service's sentence
        r"satisfy regular expression pattern: [\w+=,.@-]*",
    ),
    Refusal(
        "a role's ARN that is none",
        STS,
        _call("sts", "assume_role", RoleArn="a-role-of-the-quay-master", RoleSessionName="watch"),
        400,
        "ValidationError",
        "a-role-of-the-quay-master is invalid",
    ),
    Refusal(
        "events of no stack",
        f"{_LOCALSTACK}/cloudformation/api/test_stacks.snapshot.json, 2024-03-26",
        _call("cloudformation", "describe_stack_events", StackName="absent"),
        400,
        "ValidationError",
        "Stack [absent] does not exist",
    ),
    Refusal(
        "deleting a change of no stack",
        CHANGES,
        _call("cloudformation", "delete_change_set", StackName="absent", ChangeSetName="change"),
        400,
        "ValidationError",
        "Stack [absent] does not exist",
    ),
)


@every(REFUSALS)
def test_services_refuse_as_they_did(account: Account, fact: Refusal) -> None:
    fact.check(account)


@pytest.mark.xfail(strict=True, reason="the embedded account still answers otherwise")
@every(DIFFERENT)
def test_where_the_embedded_account_differs(account: Account, fact: Refusal) -> None:
    fact.check(account)
