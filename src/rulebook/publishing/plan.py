"""A plan: a change set that its ``with`` block executes or, however the block ends, discards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

from rulebook.publishing.stack import UNDER_REVIEW, Stack, StackBusy, StackFailed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import ChangeSetTypeType

PENDING = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
NO_CHANGE = ("didn't contain changes", "No updates are to be performed")
CREATED = "already exists and cannot be created again"
GONE, NOT_IN_THAT_STATE = "ChangeSetNotFound", "InvalidChangeSetStatus"


@dataclass(frozen=True)
class Change:
    """One resource that a change set would add, modify or remove."""

    action: str
    logical_id: str
    resource_type: str
    replacement: str


class Plan:
    """A change set that nobody has executed yet.

    Attributes:
        stack: whose.
        changes: what it would change.
    """

    def __init__(self, stack: Stack, change_set: str, stack_id: str, *, made_stack: bool) -> None:
        """Keep what was created.

        Args:
            stack: the stack.
            change_set: the change set's ARN.
            stack_id: the stack's ARN.
            made_stack: there was no stack of that name before; creating the change set made an empty one.
        """
        self.stack, self.changes = stack, tuple[Change, ...]()
        self._change_set, self._stack_id, self._made_stack = change_set, stack_id, made_stack
        self._executed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._executed:
            self.discard()

    def look(self) -> bool:
        """Wait until the change set is there; tell whether it would change anything.

        Raises:
            StackFailed: CloudFormation refused the template.
            StackBusy: it is not there for too long.
        """
        found = self._settled()
        reason = found.get("StatusReason", "")
        if found["Status"] == "FAILED" and any(words in reason for words in NO_CHANGE):
            return False
        if found["Status"] != "CREATE_COMPLETE":
            raise StackFailed(f"stack {self.stack.name}: the change set is {found['Status']}: {reason}")
        self.changes = tuple(_changes(found))
        return bool(self.changes)

    def apply(self) -> None:
        """Execute the change set and wait.

        Raises:
            botocore.exceptions.ClientError: it refused to begin; the block's end discards the plan.
            StackFailed: it was rolled back; the message is CloudFormation's first reason.
            StackBusy: it takes too long, or somebody changed the stack since the plan was made.
        """
        try:
            self.stack.client.execute_change_set(
                ChangeSetName=self._change_set,
                StackName=self._stack_id,
                # Repeated by the SDK after a lost answer, it is still the same request.
                ClientRequestToken=self._change_set.rpartition("/")[2],
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {GONE, NOT_IN_THAT_STATE}:
                raise
            raise StackBusy(
                f"stack {self.stack.name}: somebody changed it after this plan was made, so the plan was not "
                "carried out; run the command again to see what is left to change"
            ) from None
        self._executed = True
        self.stack.demand_complete()

    def discard(self) -> None:
        """Remove the change set; the stack, too, if this plan made it and nothing is in it as things are now.

        A change set that is executed meanwhile stays, and its stack with it.
        """
        client = self.stack.client
        try:
            self._settled()  # one that is still being created cannot be deleted
            client.delete_change_set(ChangeSetName=self._change_set)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == NOT_IN_THAT_STATE:
                return
            if code != GONE:
                raise
        mine = Stack(client, self._stack_id)
        if self._made_stack and mine.status() == UNDER_REVIEW and not self._others(mine):
            client.delete_stack(StackName=self._stack_id)

    def _others(self, mine: Stack) -> list[dict[str, Any]]:
        return [one for one in mine.change_sets() if one["ChangeSetId"] != self._change_set]

    def _settled(self) -> dict[str, Any]:
        """Return what CloudFormation says of the change set once it is made, or failed to be."""
        return self.stack.until(self._described, lambda one: one["Status"] not in PENDING)

    def _described(self) -> dict[str, Any]:
        return dict(
            self.stack.client.describe_change_set(ChangeSetName=self._change_set, StackName=self._stack_id)
        )


def plan(stack: Stack, mark: str, *, body: str = "", url: str = "") -> Plan | None:
    """Create a change set and return the plan; None, with nothing left behind, if it would change nothing.

    Args:
        stack: of which.
        mark: describes the change set, so that a stack under review is known as ours.
        body: the template's text, or
        url: where in S3 it is.

    Raises:
        StackBusy: something else is under way, or somebody made the stack meanwhile.
        StackUnusable: the stack cannot be updated.
        StackFailed: CloudFormation refused the template.
    """
    status = stack.demand_usable()
    kind: ChangeSetTypeType = "CREATE" if status in (None, UNDER_REVIEW) else "UPDATE"
    template: dict[str, Any] = {"TemplateURL": url} if url else {"TemplateBody": body}
    try:
        made = stack.client.create_change_set(
            **template,
            StackName=stack.name,
            ChangeSetName=f"rulebook-{datetime.now(UTC):%Y%m%d%H%M%S%f}",
            ChangeSetType=kind,
            Description=mark,
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
    except ClientError as error:
        if CREATED not in error.response["Error"]["Message"]:
            raise
        raise StackBusy(
            f"stack {stack.name}: somebody published it meanwhile; run the command again"
        ) from None
    planned = Plan(stack, made["Id"], made["StackId"], made_stack=status is None)
    keep = False
    try:
        keep = planned.look()
    finally:  # Ctrl-C while waiting, too, must leave nothing behind
        if not keep:
            planned.discard()
    return planned if keep else None


def _changes(change_set: dict[str, Any]) -> Iterator[Change]:
    for one in change_set.get("Changes", []):
        change = one["ResourceChange"]
        yield Change(
            change["Action"],
            change["LogicalResourceId"],
            change["ResourceType"],
            change.get("Replacement", ""),
        )
