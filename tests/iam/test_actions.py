"""Which operations only read: AWS's own classes, and in doubt a write."""

import botocore.session
import pytest

from rulebook.iam import access_level, action_of, is_known, only_looks, only_reads
from rulebook.iam.actions import hands_out_credentials
from rulebook.iam.names import ACTS, RENAMED

READING = [
    ("iam", "ListUsers"),
    ("iam", "GenerateCredentialReport"),
    ("sts", "GetCallerIdentity"),
    ("s3", "ListObjectsV2"),
    ("s3", "ListBuckets"),
    ("apigateway", "GetRestApis"),
    ("elbv2", "DescribeLoadBalancers"),
    ("cloudwatch", "ListMetrics"),
    ("resourcegroupstaggingapi", "GetResources"),
    ("ssm", "GetParameter"),
]
OTHER = [
    ("iam", "DeleteAccessKey"),
    ("iam", "TagUser"),
    ("sts", "AssumeRole"),
    ("sts", "GetSessionToken"),  # a Read to AWS
    ("cognito-identity", "GetCredentialsForIdentity"),  # the same
    ("ecr", "GetAuthorizationToken"),  # the same
    ("sqs", "ReceiveMessage"),  # the same
    ("bedrock-agent-runtime", "InvokeAgent"),  # the same
    ("ssm", "StartAutomationExecution"),
    ("apigateway", "DeleteRestApi"),
    ("dynamodb", "ExecuteStatement"),  # no action of its own
    ("iam", "NoSuchOperation"),
    ("nosuchservice", "ListThings"),
]


@pytest.mark.parametrize(("service", "operation"), READING)
def test_a_read_is_a_read(service: str, operation: str) -> None:
    assert only_reads(service, operation)


@pytest.mark.parametrize(("service", "operation"), OTHER)
def test_whatever_else_is_none(service: str, operation: str) -> None:
    assert not only_reads(service, operation)


def test_an_action_is_known_in_any_case_and_a_wildcard_is_not() -> None:
    assert (access_level("IAM:listusers"), access_level("iam:DeleteUser")) == ("List", "Write")
    for unknown in ("iam:*", "*", "iam", "iam:ListUser", "i:ListUsers", "../iam:ListUsers", ""):
        assert not is_known(unknown)
        assert not only_looks(unknown)


def test_every_name_in_our_tables_is_one_that_aws_has() -> None:
    """The tables only lead to names; whether one reads, the data says."""
    assert [name for name in {*RENAMED.values(), *ACTS} if not is_known(name)] == []


def test_a_name_changes_only_where_the_plain_one_is_no_action() -> None:
    assert [name for name in RENAMED if is_known(name)] == []
    assert action_of("s3", "HeadObject") == "s3:GetObject"
    assert action_of("cloudcontrol", "GetResource") == "cloudformation:GetResource"
    assert action_of("nosuch", "Thing") == "nosuch:Thing"


def test_no_read_of_the_usual_services_hands_out_credentials() -> None:
    session = botocore.session.get_session()
    for service in ("iam", "sts", "ssm", "lightsail", "codeartifact", "sso"):
        for operation in session.get_service_model(service).operation_names:
            assert not (only_reads(service, operation) and hands_out_credentials(service, operation))
    assert hands_out_credentials("sso", "GetRoleCredentials")
