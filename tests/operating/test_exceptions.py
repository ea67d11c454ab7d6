"""Remediation exceptions as Config lists them, and the command that lifts each."""

import json
import shlex
from datetime import UTC, datetime, timedelta

import boto3
from botocore.stub import Stubber

from rulebook.operating.exceptions import RemediationException, remediation_exceptions


def test_every_page_is_read_and_what_has_expired_blocks_nothing() -> None:
    config = boto3.client("config", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    day = timedelta(days=1)
    now = datetime.now(UTC)

    def listed(resource: str, expires: datetime | None) -> dict[str, object]:
        one = {"ConfigRuleName": "R", "ResourceType": "AWS::IAM::User", "ResourceId": resource}
        return one | ({"ExpirationTime": expires} if expires else {})

    with Stubber(config) as stubbed:
        first = {"RemediationExceptions": [listed("c", None), listed("b", now - day)], "NextToken": "more"}
        stubbed.add_response("describe_remediation_exceptions", first, {"ConfigRuleName": "R"})
        second = {"RemediationExceptions": [listed("a", now + day)]}
        asked = {"ConfigRuleName": "R", "NextToken": "more"}
        stubbed.add_response("describe_remediation_exceptions", second, asked)
        found = remediation_exceptions(config, "R")
        stubbed.assert_no_pending_responses()
    assert [one.resource_id for one in found] == ["a", "c"]


def test_the_command_names_rule_resource_and_account() -> None:
    one = RemediationException("R", "AWS::IAM::User", "AIDA1")
    assert one.lift("--region", "eu-west-1", "--profile", "my work") == (
        "aws configservice delete-remediation-exceptions --config-rule-name R "
        "--resource-keys ResourceType=AWS::IAM::User,ResourceId=AIDA1 --region eu-west-1 --profile 'my work'"
    )


def test_an_id_that_the_short_form_cannot_hold_is_given_as_json() -> None:
    hostile = "a,ResourceId=b; rm -rf ~'\""
    words = shlex.split(RemediationException("R", "T", hostile).lift())
    assert json.loads(words[-1]) == [{"ResourceType": "T", "ResourceId": hostile}]
