"""A stack: whose it is, what it holds, and waiting until CloudFormation has finished with it."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from rulebook.errors import RulebookError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

Answer = TypeVar("Answer")
POLL = 2.0  # seconds between looks
LOOKS = 900  # at most, half an hour in all
UNDER_REVIEW = "REVIEW_IN_PROGRESS"  # there are change sets that would create the stack, and nothing else
STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
# States that only deleting the stack, or a person, can end.
DEAD_ENDS = {
    "ROLLBACK_COMPLETE": "its creation failed once; remove what is left with `rulebook publish --delete`",
    "ROLLBACK_FAILED": "remove what is left with `rulebook publish --delete`",
    "DELETE_FAILED": "take away what its events name (a share, a policy attached by hand) and repeat "
    "`rulebook publish --delete`",
    "UPDATE_ROLLBACK_FAILED": "continue its rollback in the CloudFormation console",
    "CREATE_FAILED": "remove what is left with `rulebook publish --delete`",
}


class StackBusy(RulebookError):
    """Another operation on the stack is under way."""


class StackUnusable(RulebookError):
    """The stack is in a state that no update can leave."""


class NotOurs(RulebookError):
    """Somebody else's stack has the name."""


class NotAsShown(RulebookError):
    """The stack is another by now than the one that was agreed to."""


class StackFailed(RulebookError):
    """CloudFormation could not do what it was asked, and rolled it back."""


class Stack:
    """One stack of one account and region.

    Args:
        client: CloudFormation there.
        name: the stack's, or its ARN.
        sleep: waits that many seconds; a test passes its own.
    """

    def __init__(
        self, client: "CloudFormationClient", name: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.client = client
        self._sleep = sleep
        self.name = name

    def describe(self) -> dict[str, Any] | None:
        """Return what CloudFormation says of the stack, or None if there is none."""
        try:
            return dict(self.client.describe_stacks(StackName=self.name)["Stacks"][0])
        except ClientError as error:
            # The one answer that means "no such stack" has the code of every malformed request.
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise

    def status(self) -> str | None:
        """Return the stack's status, or None if there is none."""
        found = self.describe()
        return found["StackStatus"] if found else None

    def change_sets(self) -> list[dict[str, Any]]:
        """Return the stack's change sets; of one under review, those that wait for somebody's word."""
        pages = self.client.get_paginator("list_change_sets").paginate(StackName=self.name)
        return [dict(one) for page in pages for one in page["Summaries"]]

    def demand_ours(self, mark: str) -> bool:
        """Tell whether there is a stack of ours, and refuse one of somebody else, in whatever state it is.

        Ours begins with the mark in its description; one under review, which has none of its own yet,
        in those of its change sets. One under review without any holds nothing, and is nobody's.

        Raises:
            NotOurs: it is somebody else's.
        """
        found = self.describe()
        if found is None or found["StackStatus"] == "DELETE_COMPLETE":
            return False
        owned = [found] if found["StackStatus"] != UNDER_REVIEW else self.change_sets()
        if any(not one.get("Description", "").startswith(mark) for one in owned):
            raise NotOurs(
                f"stack {self.name} exists and `rulebook publish` did not make it, or for another document; "
                "delete it, or rename the document"
            )
        return bool(owned)

    def resources(self) -> dict[str, str]:
        """Return the physical ids by logical id."""
        pages = self.client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            one["LogicalResourceId"]: one.get("PhysicalResourceId", "")
            for page in pages
            for one in page["StackResourceSummaries"]
        }

    def demand_usable(self) -> str | None:
        """Return the status of a stack that a change set can be made for; None if there is no stack.

        Raises:
            StackBusy: something else is under way.
            StackUnusable: it cannot be updated.
        """
        status = self.status()
        if status in DEAD_ENDS:
            raise StackUnusable(f"stack {self.name} is {status}; {DEAD_ENDS[status]}")
        self._demand_idle(status)
        return status

    def demand_complete(self) -> None:
        """Wait for the end of what is under way.

        Raises:
            StackFailed: it was rolled back; the message is CloudFormation's first reason.
            StackBusy: it takes too long.
        """
        status = self._settled()
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackFailed(
                f"stack {self.name} ended {status}: {self._first_reason()}; "
                f"{DEAD_ENDS.get(status or '', 'correct it and publish again')}"
            )

    def delete(self, shown: Mapping[str, Any]) -> None:
        """Delete the stack that was shown, and wait.

        Args:
            shown: what `describe` said of it then.

        Raises:
            NotAsShown: somebody changed it, or made another of its name.
            StackBusy: something else is under way, or it takes too long.
            StackFailed: something in it could not be deleted.
        """
        found = self.describe()
        if found is None:  # somebody was quicker
            return
        if any(found.get(fact) != shown.get(fact) for fact in ("StackId", "StackStatus", "LastUpdatedTime")):
            raise NotAsShown(
                f"stack {self.name} was changed after it was shown, so it was not deleted; run the command "
                "again to see what it holds now"
            )
        self._demand_idle(found["StackStatus"])
        # By its id: a deleted stack can no longer be found by name, and the name may be another's by now.
        gone = Stack(self.client, found["StackId"], self._sleep)
        self.client.delete_stack(StackName=gone.name)
        status = gone._settled()
        if status not in (None, "DELETE_COMPLETE"):
            raise StackFailed(
                f"stack {self.name} ended {status}: {gone._first_reason()}; {DEAD_ENDS['DELETE_FAILED']}"
            )

    def until(self, ask: Callable[[], Answer], done: Callable[[Answer], bool]) -> Answer:
        """Ask until an answer will do.

        Raises:
            StackBusy: none did for half an hour.
        """
        for _ in range(LOOKS):
            if done(answer := ask()):
                return answer
            self._sleep(POLL)
        raise StackBusy(
            f"stack {self.name} is still at it after half an hour; look at its events in the CloudFormation "
            "console, and repeat the command when it is done"
        )

    def _settled(self) -> str | None:
        """Wait for the end of what is under way, and return the status."""
        return self.until(self.status, lambda one: one is None or not one.endswith("_IN_PROGRESS"))

    def _demand_idle(self, status: str | None) -> None:
        if status and status.endswith("_IN_PROGRESS") and status != UNDER_REVIEW:
            raise StackBusy(f"stack {self.name} is {status}; wait until that is done and repeat the command")

    def _first_reason(self) -> str:
        """Return why the latest operation failed: its oldest failure, since the others follow from it."""
        pages = self.client.get_paginator("describe_stack_events").paginate(StackName=self.name)
        reason = "CloudFormation gives no reason"
        for event in (one for page in pages for one in page["StackEvents"]):  # the newest comes first
            status = event.get("ResourceStatus", "")
            if event.get("PhysicalResourceId") == event["StackId"] and status in STARTS:
                break
            if status.endswith("_FAILED"):
                reason = f"{event.get('LogicalResourceId', '')}: {event.get('ResourceStatusReason', '')}"
        return reason
