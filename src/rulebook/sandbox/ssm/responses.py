"""The five Automation operations, added to moto's SSM, which has none of them; and no Run Command."""

import json
from functools import partial
from typing import Any

from moto.core.responses import ActionResult
from moto.ssm import urls
from moto.ssm.responses import SimpleSystemManagerResponse

from rulebook.iam.policy import Decision, decide
from rulebook.sandbox import clock, credentials
from rulebook.sandbox.authorization import principals
from rulebook.sandbox.extensions import answer_with
from rulebook.sandbox.ssm import errors, listing, records, service, shapes

# What would run a document on many targets, at a time, or step by step.
_UNSUPPORTED = (
    "Targets",
    "TargetMaps",
    "TargetParameterName",
    "TargetLocations",
    "TargetLocationsURL",
    "AlarmConfiguration",
)


class AccountSsm(SimpleSystemManagerResponse):  # type: ignore[misc]  # moto is untyped
    """moto's SSM with Automation. Each method is one operation, found by its name."""

    def start_automation_execution(self) -> ActionResult:
        """Answer StartAutomationExecution."""
        asked = _asked(self)
        if asked.get("Mode", "Auto") != "Auto":
            raise errors.refused_parameters(
                f"Mode {asked['Mode']}: the embedded account runs executions in mode Auto."
            )
        for name in _UNSUPPORTED:
            if asked.get(name):
                raise errors.refused_parameters(f"{name}: the embedded account does not have it.")
        execution_id = service.start_execution(
            self.current_account,
            self.region,
            asked["DocumentName"],
            asked.get("Parameters") or {},
            document_version=asked.get("DocumentVersion"),
            caller=_caller(self),
            token=asked.get("ClientToken"),
        )
        return ActionResult({"AutomationExecutionId": execution_id})

    def get_automation_execution(self) -> ActionResult:
        """Answer GetAutomationExecution."""
        found = service.get_execution(
            self.current_account, self.region, _asked(self)["AutomationExecutionId"]
        )
        return ActionResult({"AutomationExecution": shapes.execution(found)})

    def stop_automation_execution(self) -> ActionResult:
        """Answer StopAutomationExecution; both types cancel, for no step of ours outlives its execution."""
        service.stop_execution(self.current_account, self.region, _asked(self)["AutomationExecutionId"])
        return ActionResult({})

    def describe_automation_executions(self) -> ActionResult:
        """Answer DescribeAutomationExecutions."""
        asked = _asked(self)
        kept = list(records.executions_of(self.current_account, self.region).values())
        found, token = listing.page_after_token(
            listing.filtered_executions(kept, asked.get("Filters") or ()),
            asked.get("MaxResults"),
            asked.get("NextToken"),
        )
        listed = {"AutomationExecutionMetadataList": [shapes.metadata(one) for one in found]}
        return ActionResult(listed | ({"NextToken": token} if token else {}))

    def describe_automation_step_executions(self) -> ActionResult:
        """Answer DescribeAutomationStepExecutions."""
        asked = _asked(self)
        record = service.get_execution(self.current_account, self.region, asked["AutomationExecutionId"])
        chosen = listing.filtered_steps(
            record.steps, asked.get("Filters") or (), reverse=bool(asked.get("ReverseOrder"))
        )
        found, token = listing.page_after_token(chosen, asked.get("MaxResults"), asked.get("NextToken"))
        listed = {"StepExecutions": [shapes.step(one) for one in found]}
        return ActionResult(listed | ({"NextToken": token} if token else {}))

    def send_command(self) -> ActionResult:
        """Answer SendCommand: moto's says Success at once, and no instance of it runs anything."""
        raise errors.no_instances()


def _asked(response: SimpleSystemManagerResponse) -> dict[str, Any]:
    asked: dict[str, Any] = json.loads(response.body)
    return asked


def _caller(response: SimpleSystemManagerResponse) -> service.Starter:
    """Return who asks: ARN, credentials as far as the account knows them, and which roles it may pass on."""
    principal = principals.principal_of_key(response.access_key)
    environment = {"AWS_ACCESS_KEY_ID": response.access_key, "AWS_SECRET_ACCESS_KEY": principal.secret}
    if principal.token:
        environment["AWS_SESSION_TOKEN"] = principal.token
    return service.Starter(principal.arn or principal.name, environment, partial(_may_pass, principal))


def _may_pass(principal: principals.Principal, role: str) -> bool:
    if principal.is_admin:
        return True
    context = principal.context | {"iam:PassedToService": credentials.AUTOMATION}
    return decide(principals.policies_of(principal), "iam:PassRole", role, context) is Decision.ALLOWED


answer_with(urls, AccountSsm)
clock.on_advance(records.age_executions)
