"""Rules that changes trigger: invoked for each recorded resource of their types."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox

from .conftest import PlayedRule

INSTANCE, BUCKET = "AWS::EC2::Instance", "AWS::S3::Bucket"
KINDS = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")


@pytest.fixture
def bucket(account: Sandbox) -> Iterator[str]:
    """A bucket, which moto's Config knows by itself."""
    s3 = account.client("s3")
    s3.create_bucket(Bucket="a-bucket")
    yield "a-bucket"
    s3.delete_bucket(Bucket="a-bucket")


def deploy(rule: PlayedRule, function_arn: str, *types: str) -> None:
    details = [{"EventSource": "aws.config", "MessageType": kind} for kind in KINDS]
    source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function_arn, "SourceDetails": details}
    scope = {"Scope": {"ComplianceResourceTypes": [*types]}} if types else {}
    rule.config.put_config_rule(ConfigRule={"ConfigRuleName": rule.name, "Source": source, **scope})


def items(rule: PlayedRule) -> dict[str, dict[str, Any]]:
    told = [json.loads(event["invokingEvent"]) for event in rule.events]
    assert {one["messageType"] for one in told} <= {KINDS[0]}
    return {one["configurationItem"]["resourceId"]: one["configurationItem"] for one in told}


def test_a_function_gets_the_item_of_each_recorded_resource(
    rule: PlayedRule, account: Sandbox, function_arn: str
) -> None:
    deploy(rule, function_arn, INSTANCE)
    account.record(INSTANCE, "i-1", {"instanceType": "t3.nano"}, name="web")
    account.record(INSTANCE, "i-2")
    account.record("AWS::EC2::Volume", "vol-1")
    rule.evaluate()
    found = items(rule)
    assert set(found) == {"i-1", "i-2"}
    one = found["i-1"]
    assert one.pop("configurationItemCaptureTime")
    assert one == {
        "version": "1.3",
        "accountId": account.account_id,
        "awsAccountId": account.account_id,
        "awsRegion": account.region,
        "ARN": "",
        "configurationItemStatus": "OK",
        "resourceType": INSTANCE,
        "resourceId": "i-1",
        "resourceName": "web",
        "configuration": {"instanceType": "t3.nano"},
        "supplementaryConfiguration": {},
        "relationships": [],
        "relatedEvents": [],
        "tags": {},
    }


def test_a_resource_that_is_recorded_again_is_as_it_was_last(
    rule: PlayedRule, account: Sandbox, function_arn: str
) -> None:
    deploy(rule, function_arn, INSTANCE)
    account.record(INSTANCE, "i-1", {"state": "old"})
    account.record(INSTANCE, "i-1", {"state": "new"})
    rule.evaluate()
    assert [one["configuration"] for one in items(rule).values()] == [{"state": "new"}]


@pytest.mark.usefixtures("recorder")
def test_what_moto_knows_is_recorded_by_itself(
    rule: PlayedRule, function_arn: str, account: Sandbox, bucket: str
) -> None:
    ada = account.client("iam").create_user(UserName="ada")["User"]["UserId"]
    deploy(rule, function_arn, BUCKET, "AWS::IAM::User")
    rule.evaluate()
    account.client("iam").delete_user(UserName="ada")
    found = items(rule)
    assert found[bucket]["configuration"]["name"] == bucket
    assert found[ada]["configuration"]["userName"] == "ada"


def test_without_a_resource_the_rule_has_succeeded(rule: PlayedRule, function_arn: str) -> None:
    deploy(rule, function_arn, INSTANCE)
    rule.evaluate()
    assert rule.events == []
    assert rule.status().get("LastSuccessfulEvaluationTime")


def test_a_resource_that_fails_fails_the_evaluation(
    rule: PlayedRule, account: Sandbox, function_arn: str
) -> None:
    deploy(rule, function_arn, INSTANCE)
    account.record(INSTANCE, "i-1")
    rule.errors = ["Boom: no"] * 3
    rule.evaluate()
    assert rule.status()["LastErrorMessage"] == "Boom: no"


def test_a_rule_without_types_cannot_be_evaluated_here(rule: PlayedRule, function_arn: str) -> None:
    rule.config.delete_config_rule(ConfigRuleName=rule.name)
    deploy(rule, function_arn)
    with pytest.raises(ClientError, match="those with a scope of resource types"):
        rule.config.start_config_rules_evaluation(ConfigRuleNames=[rule.name])


def test_what_is_recorded_is_listed_and_read(config: Any, account: Sandbox, bucket: str) -> None:
    account.record(BUCKET, "another", {"name": "another"})
    listed = config.list_discovered_resources(resourceType=BUCKET)["resourceIdentifiers"]
    assert {one["resourceId"] for one in listed} >= {bucket, "another"}
    named = config.list_discovered_resources(resourceType=BUCKET, resourceName="another")
    assert [one["resourceId"] for one in named["resourceIdentifiers"]] == ["another"]
    keys = [{"resourceType": BUCKET, "resourceId": one} for one in ("another", bucket, "unknown")]
    read = config.batch_get_resource_config(resourceKeys=keys)
    assert [one["resourceId"] for one in read["baseConfigurationItems"]] == ["another", bucket]
    assert json.loads(read["baseConfigurationItems"][0]["configuration"]) == {"name": "another"}
