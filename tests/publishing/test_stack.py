"""The stack's life where moto is too quick and too kind: waiting, failing, and what is said of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from rulebook.publishing.plan import Change, Plan, plan
from rulebook.publishing.stack import NotOurs, Stack, StackBusy, StackFailed

ARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/s/1"
SET = "arn:aws:cloudformation:us-east-1:123456789012:changeSet/c/1"
NAMED = {"StackName": ARN}
MARK = "Ours: "


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


def planned(stack: Stack) -> Plan:
    found = plan(stack, MARK, body="{}")
    assert found is not None
    return found


def answer_look(stubbed: Stubber, *statuses: str, reason: str = "", changes: Any = ()) -> None:
    for status in statuses:
        found = {"Status": status, "Changes": list(changes)} | ({"StatusReason": reason} if reason else {})
        stubbed.add_response("describe_change_set", found, {"ChangeSetName": SET, **NAMED})


def answer_change_set(stubbed: Stubber, *statuses: str, reason: str = "", changes: Any = ()) -> None:
    stubbed.add_response("create_change_set", {"Id": SET, "StackId": ARN})
    answer_look(stubbed, *statuses, reason=reason, changes=changes)


def answer_others(stubbed: Stubber, *ids: str) -> None:
    stubbed.add_response("list_change_sets", {"Summaries": [{"ChangeSetId": one} for one in ids]}, NAMED)


def answer_discarding(stubbed: Stubber) -> None:
    answer_look(stubbed, "CREATE_COMPLETE")
    stubbed.add_response("delete_change_set", {}, {"ChangeSetName": SET})


ADD = {
    "Type": "Resource",
    "ResourceChange": {"Action": "Add", "LogicalResourceId": "R", "ResourceType": "AWS::IAM::Role"},
}
REVIEW = "REVIEW_IN_PROGRESS"


def test_it_waits_until_the_change_set_is_there(stubbed: Stubber, stack: Stack, waits: list[float]) -> None:
    answer_status(stubbed, None)
    answer_change_set(stubbed, "CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE", changes=[ADD])
    assert planned(stack).changes == (Change("Add", "R", "AWS::IAM::Role", ""),)
    assert waits == [2.0, 2.0]


@pytest.mark.parametrize(
    ("status", "kind"), [(None, "CREATE"), (REVIEW, "CREATE"), ("UPDATE_ROLLBACK_COMPLETE", "UPDATE")]
)
@pytest.mark.parametrize(
    "template", [{"body": "{}"}, {"url": "https://b/k"}], ids=["in the call", "in a bucket"]
)
def test_a_change_set_creates_what_is_not_there_and_updates_the_rest(
    stubbed: Stubber, stack: Stack, status: str | None, kind: str, template: dict[str, str]
) -> None:
    given = {{"body": "TemplateBody", "url": "TemplateURL"}[name]: is_ for name, is_ in template.items()}
    asked = {
        "StackName": "s",
        "ChangeSetName": ANY,
        "ChangeSetType": kind,
        "Description": MARK,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    answer_status(stubbed, status)
    stubbed.add_response("create_change_set", {"Id": SET, "StackId": ARN}, asked | given)
    answer_look(stubbed, "CREATE_COMPLETE", changes=[ADD])
    assert plan(stack, MARK, **template) is not None


@pytest.mark.parametrize(
    ("message", "error", "says"),
    [
        (
            "Stack [s] already exists and cannot be created again with",
            StackBusy,
            "published it meanwhile; run",
        ),
        ("Template format error: unsupported structure.", ClientError, "unsupported structure"),
    ],
)
def test_a_change_set_that_is_refused_is_told_with_its_reason(
    stubbed: Stubber, stack: Stack, message: str, error: type[Exception], says: str
) -> None:
    answer_status(stubbed, None)
    stubbed.add_client_error("create_change_set", "ValidationError", message)
    with pytest.raises(error, match=says):
        plan(stack, MARK, body="{}")


def test_an_executed_plan_is_not_discarded(stubbed: Stubber, stack: Stack) -> None:
    answer_status(stubbed, None)
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    stubbed.add_response("execute_change_set", {})
    answer_status(stubbed, "CREATE_COMPLETE")
    with planned(stack) as made:
        made.apply()


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
    answer_discarding(stubbed)
    assert plan(stack, MARK, body="{}") is None


@pytest.mark.parametrize("status", ["FAILED", "DELETE_COMPLETE", "DELETE_FAILED", "DELETE_PENDING"])
def test_a_change_set_that_comes_to_nothing_is_said_and_not_waited_for(
    stubbed: Stubber, stack: Stack, waits: list[float], status: str
) -> None:
    answer_status(stubbed, None)
    answer_change_set(stubbed, status, reason="Role x already exists")
    answer_discarding(stubbed)
    answer_status(stubbed, REVIEW)
    answer_others(stubbed)
    stubbed.add_response("delete_stack", {}, NAMED)
    with pytest.raises(StackFailed, match=rf"^stack s: the change set is {status}: Role x already exists$"):
        plan(stack, MARK, body="{}")
    assert waits == []


NOW: list[Any] = [
    pytest.param(REVIEW, [], True, id="empty"),
    pytest.param(REVIEW, [SET], True, id="its own is still listed"),
    pytest.param(REVIEW, [SET, "theirs"], False, id="a colleague's plan is in it"),
    pytest.param("CREATE_IN_PROGRESS", None, False, id="a colleague's plan is applied"),
    pytest.param("CREATE_COMPLETE", None, False, id="a colleague has finished it"),
    pytest.param("ROLLBACK_COMPLETE", None, False, id="a colleague's plan failed"),
    pytest.param(None, None, False, id="a colleague has deleted it"),
]


@pytest.mark.parametrize(("status", "listed", "deleted"), NOW)
def test_the_stack_goes_with_the_plan_only_if_nothing_is_in_it_now(
    stubbed: Stubber, stack: Stack, status: str | None, listed: list[str] | None, deleted: bool
) -> None:
    answer_status(stubbed, None)
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    answer_discarding(stubbed)
    answer_status(stubbed, status)
    if listed is not None:
        answer_others(stubbed, *listed)
    if deleted:
        stubbed.add_response("delete_stack", {}, NAMED)
    with planned(stack):
        pass


def test_a_stack_that_was_under_review_before_is_left(stubbed: Stubber, stack: Stack) -> None:
    answer_status(stubbed, REVIEW)
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    answer_discarding(stubbed)
    with planned(stack):
        pass


def test_a_refused_execution_discards_the_plan(stubbed: Stubber, stack: Stack) -> None:
    answer_status(stubbed, "CREATE_COMPLETE")
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    stubbed.add_client_error("execute_change_set", "AccessDenied")
    answer_discarding(stubbed)
    with planned(stack) as made, pytest.raises(ClientError, match="AccessDenied"):
        made.apply()


@pytest.mark.parametrize("code", ["InvalidChangeSetStatus", "ChangeSetNotFound"])
def test_a_plan_that_is_void_by_now_is_said_and_discarded(stubbed: Stubber, stack: Stack, code: str) -> None:
    answer_status(stubbed, "CREATE_COMPLETE")
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    stubbed.add_client_error("execute_change_set", code)
    answer_discarding(stubbed)
    with (
        planned(stack) as made,
        pytest.raises(
            StackBusy, match=r"^stack s: somebody changed it after .*, so the plan was not carried out"
        ),
    ):
        made.apply()


def test_an_execution_whose_answer_was_lost_is_not_undone(stubbed: Stubber, stack: Stack) -> None:
    """CloudFormation refuses to delete a change set that is being executed."""
    answer_status(stubbed, None)
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    stubbed.add_client_error("execute_change_set", "RequestTimeout")
    answer_look(stubbed, "CREATE_COMPLETE")
    stubbed.add_client_error("delete_change_set", "InvalidChangeSetStatus")
    with planned(stack) as made, pytest.raises(ClientError):
        made.apply()


@pytest.mark.parametrize("operation", ["describe_change_set", "delete_change_set"])
def test_a_change_set_that_somebody_deleted_is_discarded_already(
    stubbed: Stubber, stack: Stack, operation: str
) -> None:
    answer_status(stubbed, "UPDATE_COMPLETE")
    answer_change_set(stubbed, "CREATE_COMPLETE", changes=[ADD])
    if operation == "delete_change_set":
        answer_look(stubbed, "CREATE_COMPLETE")
    stubbed.add_client_error(operation, "ChangeSetNotFound")
    with planned(stack):
        pass


def test_waiting_ends_after_half_an_hour(stubbed: Stubber, stack: Stack, waits: list[float]) -> None:
    answer_status(stubbed, *["UPDATE_IN_PROGRESS"] * 900)
    with pytest.raises(StackBusy, match="still at it after half an hour; look at its events"):
        stack.demand_complete()
    assert sum(waits) == 1800


def answer_described(stubbed: Stubber, status: str, description: str | None) -> None:
    one = {"StackName": "s", "StackId": ARN, "CreationTime": datetime.now(UTC), "StackStatus": status}
    told = {} if description is None else {"Description": description}
    stubbed.add_response("describe_stacks", {"Stacks": [one | told]})


STATES = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_FAILED", "CREATE_IN_PROGRESS"]


@pytest.mark.parametrize("status", STATES)
def test_ours_is_what_carries_our_mark_in_every_state(stubbed: Stubber, stack: Stack, status: str) -> None:
    answer_described(stubbed, status, f"{MARK}it")
    assert stack.demand_ours(MARK) is True
    for other in ("Theirs", None, f"Not {MARK}"):
        answer_described(stubbed, status, other)
        with pytest.raises(NotOurs, match=r"^stack s exists and `rulebook publish` did not make it, or"):
            stack.demand_ours(MARK)


def test_a_stack_that_is_not_there_any_more_is_nobodys(stubbed: Stubber, stack: Stack) -> None:
    """Also where CloudFormation still shows it, as it does by its id."""
    answer_status(stubbed, None)
    assert stack.demand_ours(MARK) is False
    answer_described(stubbed, "DELETE_COMPLETE", "Theirs")
    assert stack.demand_ours(MARK) is False


REVIEWED: list[Any] = [([f"{MARK}it"], True), ([], False), ([f"{MARK}it", "Theirs"], None), ([None], None)]


@pytest.mark.parametrize(("descriptions", "ours"), REVIEWED)
def test_a_stack_under_review_is_whose_its_change_sets_are(
    stubbed: Stubber, stack: Stack, descriptions: list[str | None], ours: bool | None
) -> None:
    """It has no description of its own yet."""
    answer_described(stubbed, REVIEW, None)
    sets = [{} if one is None else {"Description": one} for one in descriptions]
    stubbed.add_response("list_change_sets", {"Summaries": sets}, {"StackName": "s"})
    if ours is None:
        with pytest.raises(NotOurs):
            stack.demand_ours(MARK)
    else:
        assert stack.demand_ours(MARK) is ours


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
    made = planned(stack)
    stubbed.add_response("execute_change_set", {}, {"ChangeSetName": SET, "ClientRequestToken": "1", **NAMED})
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
        made.apply()
    assert (str(failed.value), waits) == (says, [2.0, 2.0])


def test_what_cannot_be_deleted_is_said(stubbed: Stubber, stack: Stack) -> None:
    answer_status(stubbed, "CREATE_COMPLETE", "CREATE_COMPLETE")
    shown = stack.describe() or {}
    stubbed.add_response("delete_stack", {}, NAMED)
    answer_status(stubbed, "DELETE_IN_PROGRESS", "DELETE_FAILED")
    answer_events(
        stubbed, event("s", "DELETE_IN_PROGRESS"), event("Role", "DELETE_FAILED", "Cannot delete role x")
    )
    with pytest.raises(
        StackFailed, match="ended DELETE_FAILED: Role: Cannot delete role x; take away what its events name"
    ):
        stack.delete(shown)


def test_another_error_than_a_missing_stack_travels(stubbed: Stubber, stack: Stack) -> None:
    stubbed.add_client_error("describe_stacks", "AccessDenied", "No.")
    with pytest.raises(ClientError, match="AccessDenied"):
        stack.status()
