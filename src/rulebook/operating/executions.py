"""What the runbooks did: remediation executions of AWS Config, and the Automation executions behind them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rulebook.automation import NO_OUTPUT
from rulebook.errors import RulebookError

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_ssm import SSMClient

POLL = timedelta(seconds=0.5)
RUNNING = frozenset({"QUEUED", "IN_PROGRESS"})


class RemediationTimedOut(RulebookError):
    """Remediations were still running when patience ended."""


class NothingAttached(RulebookError):
    """A rule has no remediation."""


@dataclass(frozen=True)
class Runbook:
    """A document as attached to a rule.

    Attributes:
        document: its name in Systems Manager.
        resource_parameter: the parameter that takes the resource id, empty if none does.
    """

    document: str
    resource_parameter: str


@dataclass(frozen=True, order=True)
class RunbookExecution:
    """One Automation execution.

    Attributes:
        started: when it began (UTC).
        execution_id: the service's id of it.
        document: the document that ran.
        resource: the value of the parameter that takes the resource id.
        status: ``Success``, ``Failed``, ``TimedOut``, ``Cancelled`` or ``InProgress``.
        outcome: the document's own word for what it did, empty if it failed before.
        message: the document's sentence, or the failure message.
        changes: one JSON text a change it made, as the document's acting step lists them.
    """

    started: datetime
    execution_id: str
    document: str
    resource: str
    status: str
    outcome: str
    message: str
    changes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it with stable keys."""
        return {
            "AutomationExecutionId": self.execution_id,
            "DocumentName": self.document,
            "ExecutionStartTime": self.started.isoformat(),
            "ResourceId": self.resource,
            "AutomationExecutionStatus": self.status,
            "Outcome": self.outcome,
            "Message": self.message,
            "Changes": [_parsed(one) for one in self.changes],
        }


def wait_for_remediations(
    config: ConfigServiceClient,
    rule: str,
    resources: Collection[str],
    patience: timedelta,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """Wait until the remediation of every one of these resources has ended.

    Returns:
        Config's state by resource id, for example ``{"AIDA...": "SUCCEEDED"}``.

    Raises:
        RemediationTimedOut: some had not started or not ended when patience ended.
    """
    deadline = datetime.now(UTC) + patience
    while True:
        states = {one["ResourceKey"]["resourceId"]: one["State"] for one in _statuses(config, rule)}
        waiting = [one for one in resources if states.get(one, "QUEUED") in RUNNING]
        if not waiting:
            return {one: states[one] for one in resources}
        if datetime.now(UTC) > deadline:
            raise RemediationTimedOut(
                f"{rule}: {len(waiting)} of {len(resources)} remediations have not ended after {patience}, "
                f"{waiting[0]} among them; look at their Automation executions"
            )
        sleep(POLL.total_seconds())


def _statuses(config: ConfigServiceClient, rule: str) -> Iterator[Any]:
    pages = config.get_paginator("describe_remediation_execution_status").paginate(ConfigRuleName=rule)
    for page in pages:
        yield from page["RemediationExecutionStatuses"]


def attached_runbook(config: ConfigServiceClient, rule: str) -> Runbook:
    """Return the runbook that AWS Config has attached to a rule.

    Raises:
        NothingAttached: the rule has no remediation here.
    """
    found = config.describe_remediation_configurations(ConfigRuleNames=[rule])["RemediationConfigurations"]
    if not found:
        raise NothingAttached(f"{rule}: no remediation is attached here; deploy the rule, or pass --region")
    parameters = found[0].get("Parameters", {})
    takes_id = next((name for name, value in parameters.items() if "ResourceValue" in value), "")
    return Runbook(found[0]["TargetId"], takes_id)


def runbook_executions(ssm: SSMClient, runbook: Runbook, limit: int | None = None) -> list[RunbookExecution]:
    """Return the executions of one document, the newest first.

    Args:
        ssm: client of the account.
        runbook: the document as Systems Manager has it.
        limit: at most so many, the newest (None: all the service keeps).
    """
    pages = ssm.get_paginator("describe_automation_executions").paginate(
        Filters=[{"Key": "DocumentNamePrefix", "Values": [runbook.document]}]
    )
    listed = [
        one
        for page in pages
        for one in page["AutomationExecutionMetadataList"]
        if one["DocumentName"] == runbook.document  # the filter knows prefixes only
    ]
    # The service promises no order.
    newest_first = sorted(listed, key=lambda one: one["ExecutionStartTime"], reverse=True)
    details = (
        ssm.get_automation_execution(AutomationExecutionId=one["AutomationExecutionId"])
        for one in newest_first[:limit]
    )
    return [_execution(dict(one["AutomationExecution"]), runbook.resource_parameter) for one in details]


def _execution(details: dict[str, Any], resource_parameter: str) -> RunbookExecution:
    outputs = {name: values for name, values in details.get("Outputs", {}).items() if values != [NO_OUTPUT]}
    return RunbookExecution(
        started=details["ExecutionStartTime"],
        execution_id=details["AutomationExecutionId"],
        document=details["DocumentName"],
        resource=_first(details.get("Parameters", {}), resource_parameter),
        status=details["AutomationExecutionStatus"],
        outcome=_output(outputs, "Outcome"),
        message=details.get("FailureMessage") or _output(outputs, "Message"),
        changes=next((tuple(outputs[key]) for key in outputs if key.endswith(".Changes")), ()),
    )


def _output(outputs: dict[str, list[str]], name: str) -> str:
    """Return the first output of that name: documents list the acting step before the verifying one."""
    return next((_first(outputs, key) for key in outputs if key.endswith(f".{name}")), "")


def _parsed(text: str) -> Any:
    """Return a change as the mapping it is; what the service has cut does not parse and stays text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _first(values: dict[str, list[str]], name: str) -> str:
    return next(iter(values.get(name, [])), "")
