"""The stack's life: plan by a change set, apply, delete; each waits until CloudFormation has finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from rulebook.errors import RulebookError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import ChangeSetTypeType

POLL = 2.0  # seconds between looks
STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
NO_CHANGE = ("didn't contain changes", "No updates are to be performed")
# States that only deleting the stack, or a person, can end.
DEAD_ENDS = {
    "ROLLBACK_COMPLETE": "its creation failed once; remove what is left with `rulebook publish --delete`",
    "ROLLBACK_FAILED": "remove what is left with `rulebook publish --delete`",
    "DELETE_FAILED": "look at its events in the CloudFormation console and delete it there",
    "UPDATE_ROLLBACK_FAILED": "continue its rollback in the CloudFormation console",
    "CREATE_FAILED": "remove what is left with `rulebook publish --delete`",
}


class StackBusy(RulebookError):
    """Another operation on the stack is under way."""


class StackUnusable(RulebookError):
    """The stack is in a state that no update can leave."""


class NotOurs(RulebookError):
    """Somebody else's stack has the name."""


class StackFailed(RulebookError):
    """CloudFormation could not do what it was asked, and rolled it back."""


@dataclass(frozen=True)
class Change:
    """One resource that a change set would add, modify or remove."""

    action: str
    logical_id: str
    resource_type: str
    replacement: str


@dataclass(frozen=True)
class Plan:
    """A change set that was created and not yet executed."""

    stack: str
    change_set: str  # its ARN
    creates_stack: bool  # there was not even an empty stack before
    changes: tuple[Change, ...]


class Stack:
    """One stack of one account and region.

    Args:
        client: CloudFormation there.
        name: the stack's.
        sleep: waits that many seconds; a test passes its own.
    """

    def __init__(
        self, client: CloudFormationClient, name: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._sleep = sleep
        self.name = name

    def status(self) -> str | None:
        """Return the stack's status, or None if there is none."""
        try:
            return self._client.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
        except ClientError as error:
            # The one answer that means "no such stack" has the code of every malformed request.
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise

    def exists(self) -> bool:
        """Tell whether there are resources; a stack that is only being reviewed has none."""
        return self.status() not in (None, "REVIEW_IN_PROGRESS", "DELETE_COMPLETE")

    def demand_ours(self, description: str) -> None:
        """Refuse to touch a stack that was not made from our template, by the template's description.

        Raises:
            NotOurs: it was made from another.
        """
        if self.template().get("Description") != description:
            raise NotOurs(
                f"stack {self.name} exists and `rulebook publish` did not make it; pass another --stack-name"
            )

    def template(self) -> dict[str, Any]:
        """Return the template of the stack as it is; an empty one if it is not JSON, as ours always is."""
        found: Any = self._client.get_template(StackName=self.name, TemplateStage="Original")["TemplateBody"]
        return dict(found) if isinstance(found, dict) else {}

    def resources(self) -> dict[str, str]:
        """Return the physical ids by logical id."""
        pages = self._client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            one["LogicalResourceId"]: one.get("PhysicalResourceId", "")
            for page in pages
            for one in page["StackResourceSummaries"]
        }

    def plan(self, *, body: str = "", url: str = "") -> Plan | None:
        """Create a change set and return what it would change; None if nothing.

        Args:
            body: the template's text, or
            url: where in S3 it is.

        Raises:
            StackBusy: something else is under way.
            StackUnusable: the stack cannot be updated.
            StackFailed: CloudFormation refused the template.
        """
        status = self._demand_usable()
        kind: ChangeSetTypeType = "CREATE" if status in (None, "REVIEW_IN_PROGRESS") else "UPDATE"
        template: dict[str, Any] = {"TemplateURL": url} if url else {"TemplateBody": body}
        arn = self._client.create_change_set(
            **template,
            StackName=self.name,
            ChangeSetName=f"rulebook-{datetime.now(UTC):%Y%m%d%H%M%S%f}",
            ChangeSetType=kind,
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )["Id"]
        plan = Plan(self.name, arn, creates_stack=status is None, changes=())
        try:
            return self._planned(plan)
        except BaseException:  # Ctrl-C while waiting, too, must leave nothing behind
            self.discard(plan)
            raise

    def _planned(self, plan: Plan) -> Plan | None:
        while True:
            found = self._client.describe_change_set(ChangeSetName=plan.change_set, StackName=self.name)
            if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
                break
            self._sleep(POLL)
        reason = found.get("StatusReason", "")
        if found["Status"] == "FAILED" and not any(words in reason for words in NO_CHANGE):
            raise StackFailed(f"stack {self.name}: the change set failed: {reason}")
        changes = tuple(_changes(dict(found)))
        if found["Status"] == "CREATE_COMPLETE" and changes:
            return replace(plan, changes=changes)
        self.discard(plan)
        return None

    def discard(self, plan: Plan) -> None:
        """Delete a change set, and the empty stack if creating it made one."""
        self._client.delete_change_set(ChangeSetName=plan.change_set, StackName=self.name)
        if plan.creates_stack:
            self._client.delete_stack(StackName=self.name)

    def apply(self, plan: Plan) -> None:
        """Execute a change set and wait.

        Raises:
            StackFailed: it was rolled back; the message is CloudFormation's first reason.
        """
        self._client.execute_change_set(ChangeSetName=plan.change_set, StackName=self.name)
        status = self._settled()
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackFailed(
                f"stack {self.name} ended {status}: {self._first_reason()}; "
                f"{DEAD_ENDS.get(status or '', 'correct it and publish again')}"
            )

    def delete(self) -> None:
        """Delete the stack and wait.

        Raises:
            StackBusy: something else is under way.
            StackFailed: something in it could not be deleted.
        """
        self._demand_idle(self.status())
        # By its id: a deleted stack can no longer be found by name.
        arn = self._client.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        self._client.delete_stack(StackName=self.name)
        gone = Stack(self._client, arn, self._sleep)
        status = gone._settled()
        if status not in (None, "DELETE_COMPLETE"):
            raise StackFailed(
                f"stack {self.name} ended {status}: {gone._first_reason()}; {DEAD_ENDS['DELETE_FAILED']}"
            )

    def _settled(self) -> str | None:
        """Wait for the end of what is under way, and return the status."""
        while True:
            status = self.status()
            if status is None or not status.endswith("_IN_PROGRESS"):
                return status
            self._sleep(POLL)

    def _demand_usable(self) -> str | None:
        status = self.status()
        if status in DEAD_ENDS:
            raise StackUnusable(f"stack {self.name} is {status}; {DEAD_ENDS[status]}")
        self._demand_idle(status)
        return status

    def _demand_idle(self, status: str | None) -> None:
        if status and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            raise StackBusy(f"stack {self.name} is {status}; wait until that is done and repeat the command")

    def _first_reason(self) -> str:
        """Return why the latest operation failed: its oldest failure, since the others follow from it."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self.name)
        reason = "CloudFormation gives no reason"
        for event in (one for page in pages for one in page["StackEvents"]):  # the newest comes first
            status = event.get("ResourceStatus", "")
            if event.get("PhysicalResourceId") == event["StackId"] and status in STARTS:
                break
            if status.endswith("_FAILED"):
                reason = f"{event.get('LogicalResourceId', '')}: {event.get('ResourceStatusReason', '')}"
        return reason


def _changes(change_set: dict[str, Any]) -> Iterator[Change]:
    for one in change_set.get("Changes", []):
        change = one["ResourceChange"]
        yield Change(
            change["Action"],
            change["LogicalResourceId"],
            change["ResourceType"],
            change.get("Replacement", ""),
        )
