"""Change sets of the embedded account, held to what AWS answered.

localstack/localstack, tests/aws/services/cloudformation/api/test_changesets.snapshot.json; each test says
when that was recorded.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox

TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
MORE = json.dumps({"Resources": {name: {"Type": "AWS::SNS::Topic"} for name in ("Topic", "Other")}})


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An empty embedded account for the module."""
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def client(account: Sandbox) -> Iterator[Any]:
    """CloudFormation, without stacks."""
    client = account.client("cloudformation")
    yield client
    for one in client.describe_stacks()["Stacks"]:
        client.delete_stack(StackName=one["StackId"])


def create(client: Any, name: str, kind: str = "CREATE", template: str = TEMPLATE) -> dict[str, str]:
    made: dict[str, str] = client.create_change_set(
        StackName="s", ChangeSetName=name, ChangeSetType=kind, TemplateBody=template, Description=name
    )
    return made


def refusal(call: Any, **given: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as refused:
        call(**given)
    error = refused.value.response["Error"]
    return error["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


def status(client: Any, stack: str = "s") -> str:
    return str(client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


def listed(client: Any, stack: str = "s") -> list[str]:
    return [one["ChangeSetName"] for one in client.list_change_sets(StackName=stack)["Summaries"]]


def test_a_second_change_set_joins_the_stack_under_review(client: Any) -> None:
    """Documented for CreateChangeSet: a stack in REVIEW_IN_PROGRESS takes further ones."""
    first, second = create(client, "first"), create(client, "second")
    assert first["StackId"] == second["StackId"]
    assert (status(client), listed(client)) == ("REVIEW_IN_PROGRESS", ["first", "second"])
    client.create_change_set(StackName="t", ChangeSetName="x", ChangeSetType="CREATE", TemplateBody=TEMPLATE)
    assert listed(client) == ["first", "second"]


def test_one_executed_makes_the_others_obsolete(client: Any) -> None:
    """OBSOLETE and EXECUTE_COMPLETE: recorded 2023-11-22; the refusal's words: 2022-08-10."""
    first, second = create(client, "first"), create(client, "second")
    client.execute_change_set(ChangeSetName=first["Id"])
    assert status(client) == "CREATE_COMPLETE"
    found = [client.describe_change_set(ChangeSetName=one["Id"]) for one in (first, second)]
    assert [one["ExecutionStatus"] for one in found] == ["EXECUTE_COMPLETE", "OBSOLETE"]
    code, http, words = refusal(client.execute_change_set, ChangeSetName=second["Id"])
    assert (code, http) == ("InvalidChangeSetStatus", 400)
    assert words.startswith(f"ChangeSet [{second['Id']}] cannot be executed in its current status of [")


def test_one_without_changes_cannot_be_executed(client: Any) -> None:
    """Recorded 2022-08-10."""
    client.execute_change_set(ChangeSetName=create(client, "first")["Id"])
    same = create(client, "same", "UPDATE")
    words = f"ChangeSet [{same['Id']}] cannot be executed in its current status of [FAILED]"
    assert refusal(client.execute_change_set, ChangeSetName=same["Id"]) == (
        "InvalidChangeSetStatus",
        400,
        words,
    )


def test_a_stack_that_is_there_is_not_created_again(client: Any) -> None:
    """Recorded 2023-11-22."""
    client.create_stack(StackName="s", TemplateBody=TEMPLATE)
    call = {"ChangeSetName": "again", "ChangeSetType": "CREATE", "TemplateBody": TEMPLATE}
    words = "Stack [s] already exists and cannot be created again with the changeSet [again]."
    assert refusal(client.create_change_set, StackName="s", **call) == ("ValidationError", 400, words)


def test_create_stack_takes_over_one_under_review(client: Any) -> None:
    """Recorded 2023-11-22: the same StackId, and the change set is OBSOLETE."""
    reviewed = create(client, "first")
    made = client.create_stack(StackName="s", TemplateBody=TEMPLATE)
    assert (made["StackId"], status(client)) == (reviewed["StackId"], "CREATE_COMPLETE")
    assert client.describe_change_set(ChangeSetName=reviewed["Id"])["ExecutionStatus"] == "OBSOLETE"


def test_a_deleted_change_set_is_not_found_and_its_stack_stays(client: Any) -> None:
    """Recorded 2025-09-11, with 404."""
    made = create(client, "first")
    client.delete_change_set(ChangeSetName=made["Id"])
    words = f"ChangeSet [{made['Id']}] does not exist"
    for call in (client.describe_change_set, client.execute_change_set):
        assert refusal(call, ChangeSetName=made["Id"]) == ("ChangeSetNotFound", 404, words)
    assert (status(client), listed(client)) == ("REVIEW_IN_PROGRESS", [])


def test_a_stack_takes_its_change_sets_with_it(client: Any) -> None:
    made = create(client, "first")
    client.delete_stack(StackName="s")
    assert refusal(client.describe_change_set, ChangeSetName=made["Id"])[0] == "ChangeSetNotFound"


def test_an_update_does_what_it_says(client: Any) -> None:
    client.execute_change_set(ChangeSetName=create(client, "first")["Id"])
    client.execute_change_set(ChangeSetName=create(client, "second", "UPDATE", MORE)["Id"])
    found = client.list_stack_resources(StackName="s")["StackResourceSummaries"]
    assert ([one["LogicalResourceId"] for one in found], status(client)) == (
        ["Topic", "Other"],
        "UPDATE_COMPLETE",
    )


TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"RoleName": "r", "AssumeRolePolicyDocument": TRUST},
}


def test_what_cannot_be_deleted_leaves_the_stack_with_its_reason(client: Any, account: Sandbox) -> None:
    iam, added = account.client("iam"), "arn:aws:iam::aws:policy/ReadOnlyAccess"
    client.create_stack(
        StackName="s",
        TemplateBody=json.dumps({"Resources": {"Role": ROLE}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    iam.attach_role_policy(RoleName="r", PolicyArn=added)
    client.delete_stack(StackName="s")
    assert status(client) == "DELETE_FAILED"
    events = client.describe_stack_events(StackName="s")["StackEvents"]
    failed = [one["LogicalResourceId"] for one in events if one["ResourceStatus"] == "DELETE_FAILED"]
    assert failed == ["s", "Role"]
    iam.detach_role_policy(RoleName="r", PolicyArn=added)
    client.delete_stack(StackName="s")
    assert client.describe_stacks()["Stacks"] == []


def test_what_was_deleted_by_hand_does_not_stop_a_stacks_deletion(client: Any, account: Sandbox) -> None:
    client.create_stack(
        StackName="s",
        TemplateBody=json.dumps({"Resources": {"Role": ROLE}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    account.client("iam").delete_role(RoleName="r")
    client.delete_stack(StackName="s")
    assert client.describe_stacks()["Stacks"] == []


def test_an_expected_owner_of_a_bucket_must_be_its_owner(account: Sandbox) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="mine")
    given: dict[str, Any] = {"Bucket": "mine", "Key": "k", "Body": b"x"}
    s3.put_object(**given, ExpectedBucketOwner=account.account_id)
    code, http, _ = refusal(s3.put_object, **given, ExpectedBucketOwner="210987654321")
    assert (code, http) == ("AccessDenied", 403)
