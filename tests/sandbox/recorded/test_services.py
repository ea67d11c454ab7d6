"""Refusals of STS, Lambda, S3 and CloudFormation as recorded on AWS."""

import io
import json
import zipfile
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


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("quay.py", "def handler(event, context): return event\n")
    return packed.getvalue()


def _function(**changes: Any) -> Any:
    """Return a call that makes a function; its layers are the account's, as ``name:version``."""

    def call(account: Account) -> Any:
        layer = account.arn("lambda", "layer:", region="us-east-1")
        given = {
            "Runtime": "python3.12",
            "Role": account.arn("iam", "role/plain"),
            "Handler": "quay.handler",
            "Code": {"ZipFile": _zip()},
        } | changes
        if "Layers" in given:
            given["Layers"] = [layer + one for one in given["Layers"]]
        return account.client("lambda").create_function(FunctionName="quay", **given)

    return call


NO_FUNCTION = "Function not found: arn:aws:lambda:us-east-1:{id}:function:absent"


def _stack(template: Any, **given: Any) -> Any:
    body = template if isinstance(template, str) else json.dumps(template)
    return _call("cloudformation", "create_stack", StackName="quay", TemplateBody=body, **given)


def _again(account: Account) -> None:
    """Make a stack, and make it again by the same name."""
    stacks = account.client("cloudformation")
    for _ in range(2):
        stacks.create_stack(StackName="twice", TemplateBody=json.dumps(TOPIC))


def _no_update(account: Account) -> None:
    stacks = account.client("cloudformation")
    stacks.create_stack(StackName="steady", TemplateBody=json.dumps(TOPIC))
    stacks.update_stack(StackName="steady", TemplateBody=json.dumps(TOPIC))


def _two_versions(account: Account) -> None:
    functions = account.client("lambda")
    for _ in range(2):
        functions.publish_layer_version(LayerName="crane", Content={"ZipFile": _zip()})
    _function(Layers=["crane:1", "crane:2"])(account)


def _events_of_a_deleted_stack(account: Account) -> None:
    stacks = account.client("cloudformation")
    made = stacks.create_stack(StackName="gone", TemplateBody=json.dumps(TOPIC))["StackId"]
    stacks.delete_stack(StackName="gone")
    assert stacks.describe_stack_events(StackName=made)["StackEvents"]
    stacks.describe_stack_events(StackName="gone")


TOPIC = {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
VALIDATIONS = f"{_LOCALSTACK}/cloudformation/api/test_validations.snapshot.json, 2024-05-31"
UPDATES = f"{_LOCALSTACK}/cloudformation/api/test_update_stack.snapshot.json"
CREATION = f"{_LOCALSTACK}/lambda_/test_lambda_api.snapshot.json, 2026-01-12"
LAYERS = f"{_LOCALSTACK}/lambda_/test_lambda_api.snapshot.json, 2025-11-25"
BAD = "InvalidParameterValueException"
RETIRED = (
    "The runtime parameter of {} is no longer supported for creating or updating AWS Lambda functions. "
    "We recommend you use a supported runtime while creating or updating functions."
)
ARN = "arn:aws:lambda:us-east-1:{id}:layer:"

# What is refused of a template or a name; 400 and ValidationError each.
STACKS_REFUSED = {
    "a template without resources": (
        VALIDATIONS,
        _stack({"Outputs": {}}),
        "Template format error: At least one Resources member must be defined.",
    ),
    "a resource without a type": (
        VALIDATIONS,
        _stack({"Resources": {"A": {}}}),
        "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
    ),
    "a key that no resource has": (
        VALIDATIONS,
        _stack({"Resources": {"A": {"Type": "AWS::SNS::Topic", "Berth": "north"}}}),
        "Invalid template resource property 'Berth'",
    ),
    "a resource that is none": (
        f"{_LOCALSTACK}/cloudformation/api/test_stacks.snapshot.json, 2022-11-11",
        _stack({"Resources": {"A": "AWS::SNS::Topic"}}),
        "Template format error: Any Resources member must be an object.",
    ),
    "an output of nothing": (
        VALIDATIONS,
        _stack(TOPIC | {"Outputs": {"O": {"Value": None}}}),
        "[/Outputs/O/Value] 'null' values are not allowed in templates",
    ),
    "an output without a value": (
        VALIDATIONS,
        _stack(TOPIC | {"Outputs": {"O": {}}}),
        "Template format error: Every Outputs member must contain a Value object",
    ),
    "a parameter's name with colons": (
        f"{_LOCALSTACK}/cloudformation/api/test_changesets.snapshot.json, 2025-09-11",
        _stack(TOPIC | {"Parameters": {"AWS::NoValue": {"Type": "String"}}}),
        "Template format error: Parameter name AWS::NoValue is non alphanumeric.",
    ),
    "a stack's name with a star": (
        f"{_LOCALSTACK}/cloudformation/api/test_stacks.snapshot.json, 2023-04-19",
        _call("cloudformation", "create_stack", StackName="*quay", TemplateBody=json.dumps(TOPIC)),
        (
            "1 validation error detected: Value '*quay' at 'stackName' failed to satisfy constraint: Member "
            "must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"
        ),
    ),
    "an update that changes nothing": (
        f"{UPDATES}, 2024-04-09",
        _no_update,
        "No updates are to be performed.",
    ),
    "an update without a template": (
        f"{UPDATES}, 2022-11-21",
        _call("cloudformation", "update_stack", StackName="quay"),
        "Either Template URL or Template Body must be specified.",
    ),
    "a change set without a stack": (
        CHANGES,
        _call("cloudformation", "delete_change_set", ChangeSetName="change"),
        "StackName must be specified if ChangeSetName is not specified as an ARN.",
    ),
    "events of a deleted stack by its name": (
        f"{_LOCALSTACK}/cloudformation/api/test_stacks.snapshot.json, 2024-03-26",
        _events_of_a_deleted_stack,
        "Stack [gone] does not exist",
    ),
}

# What Lambda refuses of a function; 400 and BAD each.
FUNCTIONS_REFUSED = {
    "a retired runtime": (CREATION, _function(Runtime="python3.7"), RETIRED.format("python3.7")),
    "a zip that is none": (
        CREATION,
        _function(Code={"ZipFile": b"crates"}),
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
    ),
    "code in no bucket": (
        LAYERS,
        _function(Code={"S3Bucket": "no-such-quay-here", "S3Key": "crate"}),
        (
            "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified "
            "bucket does not exist"
        ),
    ),
    "code that is not in its bucket": (
        LAYERS,
        lambda account: (
            account.client("s3").create_bucket(Bucket="empty-quay"),
            _function(Code={"S3Bucket": "empty-quay", "S3Key": "crate"})(account),
        ),
        (
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key "
            "does not exist."
        ),
    ),
    "six layers": (
        LAYERS,
        _function(Layers=[f"one-of-six-{number}:1" for number in range(6)]),
        "Cannot reference more than 5 layers.",
    ),
    "two versions of a layer": (
        LAYERS,
        _two_versions,
        (
            "Two different versions of the same layer are not allowed to be referenced in the same function. "
            f"{ARN}crane:1 and {ARN}crane:2 are versions of the same layer."
        ),
    ),
    "a layer that is not there": (
        LAYERS,
        _function(Layers=["absent:1"]),
        f"Layer version {ARN}absent:1 does not exist.",
    ),
}

REFUSALS = (
    *(
        Refusal(name, source, call, 400, "ValidationError", message)
        for name, (source, call, message) in STACKS_REFUSED.items()
    ),
    *(
        Refusal(name, source, call, 400, BAD, message)
        for name, (source, call, message) in FUNCTIONS_REFUSED.items()
    ),
    Refusal(
        "a second stack of a name",
        f"{_LOCALSTACK}/cloudformation/api/test_stacks.snapshot.json, 2024-03-26",
        _again,
        400,
        "AlreadyExistsException",
        "Stack [twice] already exists",
    ),
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


def test_a_runtime_that_was_never_one_is_refused_with_those_that_are(account: Account) -> None:
    """As CREATION has it; which runtimes are listed changes with the years, and their order."""
    with pytest.raises(account.client("lambda").exceptions.ClientError) as caught:
        _function(Runtime="PYTHON3.9")(account)
    answer = caught.value.response
    said = answer["Error"]["Message"]
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (400, BAD)
    assert said.startswith(
        "Value PYTHON3.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["
    )
    assert said.endswith("] or be a valid ARN")
    assert "python3.13" in said
    assert "python3.7" not in said


def test_who_calls_is_an_account_an_arn_and_an_id(account: Account) -> None:
    """As localstack/localstack, sts/test_sts.snapshot.json, 2024-06-05, has a session of a role.

    Without session policies and tags nothing is said of their size.
    """
    sts, iam = account.client("sts"), account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="taken-on", AssumeRolePolicyDocument=policy)["Role"]
    taken = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="watch")
    assert taken["AssumedRoleUser"] == {
        "Arn": account.arn("sts", "assumed-role/taken-on/watch"),
        "AssumedRoleId": f"{role['RoleId']}:watch",
    }
    assert set(taken["Credentials"]) == {"AccessKeyId", "Expiration", "SecretAccessKey", "SessionToken"}
    assert "PackedPolicySize" not in taken
