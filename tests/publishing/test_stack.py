"""The stack's life where moto is too quick and too kind: waiting, failing, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rulebook.publishing.stack import Change, Stack, StackFailed

ARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/s/1"
SET = "arn:aws:cloudformation:us-east-1:123456789012:changeSet/c/1"
NAMED = {"StackName": "s"}


@pytest.fixture
def waits() -> list[float]:
    """How long was waited, each time."""
    return []


@pytest.fixture
def stubbed() -> Iterator[Stubber]:
    """Answers in the order in which they were added, and nothing else; all of them must be used."""
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
    with Stubber(session.client("cloudformation")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def stack(stubbed: Stubber, waits: list[float]) -> Stack:
    client: Any = stubbed.client
    return Stack(client, "s", sleep=waits.append)


def answer_status(stubbed: Stubber, *statuses: str | None) -> None:
    for status in statuses:
        if status is None:
            stubbed.add_client_error("describe_stacks", "ValidationError", "Stack with id s does not exist")
        else:
            one = {"StackName": "s", "StackId": ARN, "CreationTime": datetime.now(UTC), "StackStatus": status}
            stubbed.add_response("describe_stacks", {"Stacks": [one]})


def answer_change_set(stubbed: Stubber, *statuses: str, reason: str = "", changes: Any = ()) -> None:
    stubbed.add_response("create_change_set", {"Id": SET})
    for status in statuses:
        found = {"Status": status, "Changes": list(changes)} | ({"StatusReason": reason} if reason else {})
        stubbed.add_response("describe_change_set", found)


def answer_discarding(stubbed: Stubber, *, with_stack: bool) -> None:
    stubbed.add_response("delete_change_set", {}, {"ChangeSetName": SET, **NAMED})
    if with_stack:
        stubbed.add_response("delete_stack", {}, NAMED)


ADD = {
    "Type": "Resource",
    "ResourceChange": {"Action": "Add", "LogicalResourceId": "R", "ResourceType": "AWS::IAM::Role"},
}


def test_it_waits_until_the_change_set_is_there(stubbed: Stubber, stack: Stack, waits: list[float]) -> None:
    answer_status(stubbed, None)
    answer_change_set(stubbed, "CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE", changes=[ADD])
    plan = stack.plan(body="{}")
    assert plan is not None
    assert plan.changes == (Change("Add", "R", "AWS::IAM::Role", ""),)
    assert (plan.creates_stack, waits) == (True, [2.0, 2.0])


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_a_change_set_without_changes_is_none_and_is_discarded(
    stubbed: Stubber, stack: Stack, reason: str
) -> None:
    answer_status(stubbed, "CREATE_COMPLETE")
    answer_change_set(stubbed, "FAILED", reason=reason)
    answer_discarding(stubbed, with_stack=False)
    assert stack.plan(body="{}") is None


def test_a_change_set_that_failed_is_said_and_discarded_with_the_empty_stack(
    stubbed: Stubber, stack: Stack
) -> None:
    answer_status(stubbed, None)
    answer_change_set(stubbed, "FAILED", reason="Role x already exists")
    answer_discarding(stubbed, with_stack=True)
    with pytest.raises(StackFailed, match=r"^stack s: the change set failed: Role x already exists$"):
        stack.plan(body="{}")


def test_somebody_elses_empty_stack_under_review_is_left(stubbed: Stubber, stack: Stack) -> None:
    answer_status(stubbed, "REVIEW_IN_PROGRESS")
    answer_change_set(stubbed, "FAILED", reason="No updates are to be performed.")
    answer_discarding(stubbed, with_stack=False)
    assert stack.plan(body="{}") is None


def event(name: str, status: str, reason: str = "") -> dict[str, Any]:
    one = {
        "StackId": ARN,
        "StackName": "s",
        "EventId": "1",
        "LogicalResourceId": name,
        "PhysicalResourceId": ARN if name == "s" else name,
        "ResourceStatus": status,
        "Timestamp": datetime.now(UTC),
    }
    return one | ({"ResourceStatusReason": reason} if reason else {})


def answer_events(stubbed: Stubber, *oldest_first: dict[str, Any]) -> None:
    stubbed.add_response("describe_stack_events", {"StackEvents": list(oldest_first[::-1])})


EARLIER = (event("s", "UPDATE_IN_PROGRESS"), event("Old", "UPDATE_FAILED", "long ago"))


def test_a_rollback_is_said_with_its_first_reason(stubbed: Stubber, stack: Stack, waits: list[float]) -> None:
    """What failed in an earlier operation, and what was cancelled because of the first failure, is not it."""
    answer_status(stubbed, None)
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    plan = stack.plan(body="{}")
    assert plan is not None
    stubbed.add_response("execute_change_set", {}, {"ChangeSetName": SET, **NAMED})
    answer_status(stubbed, "CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE")
    answer_events(
        stubbed,
        *EARLIER,
        event("s", "CREATE_IN_PROGRESS", "User Initiated"),
        event("Role", "CREATE_FAILED", "Role x already exists"),
        event("Document", "CREATE_FAILED", "Resource creation cancelled"),
        event("s", "ROLLBACK_IN_PROGRESS"),
        event("s", "ROLLBACK_COMPLETE"),
    )
    says = (
        "stack s ended ROLLBACK_COMPLETE: Role: Role x already exists; its creation failed once; "
        "remove what is left with `rulebook publish --delete`"
    )
    with pytest.raises(StackFailed) as failed:
        stack.apply(plan)
    assert (str(failed.value), waits) == (says, [2.0, 2.0])


def test_what_cannot_be_deleted_is_said(stubbed: Stubber, stack: Stack) -> None:
    answer_status(stubbed, "CREATE_COMPLETE", "CREATE_COMPLETE")
    stubbed.add_response("delete_stack", {}, NAMED)
    answer_status(stubbed, "DELETE_IN_PROGRESS", "DELETE_FAILED")
    answer_events(
        stubbed, event("s", "DELETE_IN_PROGRESS"), event("Role", "DELETE_FAILED", "Cannot delete role x")
    )
    with pytest.raises(
        StackFailed, match="ended DELETE_FAILED: Role: Cannot delete role x; look at its events"
    ):
        stack.delete()


def test_another_error_than_a_missing_stack_travels(stubbed: Stubber, stack: Stack) -> None:
    stubbed.add_client_error("describe_stacks", "AccessDenied", "No.")
    with pytest.raises(stubbed.client.exceptions.ClientError, match="AccessDenied"):
        stack.status()
