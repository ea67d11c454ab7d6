"""aws:approve: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-approve.html.

Who runs the document is asked in place of the approvers; nobody is notified.
"""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed
from rulebook.automation.surroundings import Question


class Approve(StepRunner):
    """Go on if it is approved."""

    name = "aws:approve"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Ask."""
        approvers = tuple(str(one) for one in calling.several(inputs, "Approvers") or ())
        question = Question(
            context.name,
            self.name,
            str(inputs.get("Message", "")),
            approvers,
            calling.number(inputs, "MinRequiredApprovals") or 1,
        )
        said = context.execution.surroundings.ask(question)
        if said is None:
            raise StepFailed("it waits for an approval, and nobody is there to give one (--approve STEP)")
        if not said:
            raise StepFailed("it was not approved")
        return Result(outputs={"ApprovalStatus": "Approved", "ApproverDecisions": []})
