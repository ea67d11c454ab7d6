"""The five Automation operations, added to moto's SSM, which has none of them."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from moto.core.responses import ActionResult
from moto.ssm.responses import SimpleSystemManagerResponse

from rulebook.iam.policy import Decision, decide
from rulebook.sandbox import clock, credentials
from rulebook.sandbox.authorization import principals
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


def start_automation_execution(response: SimpleSystemManagerResponse) -> ActionResult:
    """Answer StartAutomationExecution."""
    asked = _asked(response)
    if asked.get("Mode", "Auto") != "Auto":
        raise errors.refused_parameters(
            f"Mode {asked['Mode']}: the embedded account runs executions in mode Auto."
        )
    for name in _UNSUPPORTED:
        if asked.get(name):
            raise errors.refused_parameters(f"{name}: the embedded account does not have it.")
    execution_id = service.start(
        response.current_account,
        response.region,
        asked["DocumentName"],
        asked.get("Parameters") or {},
        document_version=asked.get("DocumentVersion"),
        caller=_caller(response),
        token=asked.get("ClientToken"),
    )
    return ActionResult({"AutomationExecutionId": execution_id})


def get_automation_execution(response: SimpleSystemManagerResponse) -> ActionResult:
    """Answer GetAutomationExecution."""
    found = service.get(response.current_account, response.region, _asked(response)["AutomationExecutionId"])
    return ActionResult({"AutomationExecution": shapes.execution(found)})


def stop_automation_execution(response: SimpleSystemManagerResponse) -> ActionResult:
    """Answer StopAutomationExecution; both types cancel, for no step of ours outlives its execution."""
    service.stop(response.current_account, response.region, _asked(response)["AutomationExecutionId"])
    return ActionResult({})


def describe_automation_executions(response: SimpleSystemManagerResponse) -> ActionResult:
    """Answer DescribeAutomationExecutions."""
    asked = _asked(response)
    kept = list(records.of(response.current_account, response.region).values())
    found, token = listing.page(
        listing.executions(kept, asked.get("Filters") or ()), asked.get("MaxResults"), asked.get("NextToken")
    )
    listed = {"AutomationExecutionMetadataList": [shapes.metadata(one) for one in found]}
    return ActionResult(listed | ({"NextToken": token} if token else {}))


def describe_automation_step_executions(response: SimpleSystemManagerResponse) -> ActionResult:
    """Answer DescribeAutomationStepExecutions."""
    asked = _asked(response)
    record = service.get(response.current_account, response.region, asked["AutomationExecutionId"])
    chosen = listing.steps(record.steps, asked.get("Filters") or (), reverse=bool(asked.get("ReverseOrder")))
    found, token = listing.page(chosen, asked.get("MaxResults"), asked.get("NextToken"))
    listed = {"StepExecutions": [shapes.step(one) for one in found]}
    return ActionResult(listed | ({"NextToken": token} if token else {}))


def _asked(response: SimpleSystemManagerResponse) -> dict[str, Any]:
    asked: dict[str, Any] = json.loads(response.body)
    return asked


def _caller(response: SimpleSystemManagerResponse) -> service.Caller:
    """Return who asks: ARN, credentials as far as the account knows them, and which roles it may pass on."""
    principal = principals.of(response.access_key)
    environment = {"AWS_ACCESS_KEY_ID": response.access_key, "AWS_SECRET_ACCESS_KEY": principal.secret}
    if principal.token:
        environment["AWS_SESSION_TOKEN"] = principal.token
    return service.Caller(principal.arn or principal.name, environment, partial(_may_pass, principal))


def _may_pass(principal: principals.Principal, role: str) -> bool:
    if principal.is_admin:
        return True
    context = principal.context | {"iam:PassedToService": credentials.AUTOMATION}
    return decide(principals.policies_of(principal), "iam:PassRole", role, context) is Decision.ALLOWED


for _operation in (
    start_automation_execution,
    get_automation_execution,
    stop_automation_execution,
    describe_automation_executions,
    describe_automation_step_executions,
):
    setattr(SimpleSystemManagerResponse, _operation.__name__, _operation)
clock.on_advance(records.shift)
