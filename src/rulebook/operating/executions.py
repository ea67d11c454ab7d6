"""What the runbooks did: remediation executions of AWS Config, and the Automation executions behind them."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rulebook.automation import NO_OUTPUT
from rulebook.errors import RulebookError
from rulebook.project.names import document_name, rdk_document_name
from rulebook.project.rdk_config import RuleConfig

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_ssm import SSMClient

POLL = timedelta(seconds=0.5)
RUNNING = frozenset({"QUEUED", "IN_PROGRESS"})
# "Automation executions are kept for 30 days"
# https://docs.aws.amazon.com/general/latest/gr/ssm.html
KEPT = timedelta(days=30)


class RemediationTimedOut(RulebookError):
    """Remediations were still running when patience ended."""


@dataclass(frozen=True)
class Runbook:
    """A document that a rule has or had.

    Attributes:
        document: its name in Systems Manager.
        resource_parameter: the parameter that takes the resource id, empty if none does.
        generated: whether CloudFormation adds ``-`` and a random part of its own to the name.
    """

    document: str
    resource_parameter: str
    generated: bool = False

    def is_named(self, name: str) -> bool:
        """Whether a document of that name is it."""
        random = "-[A-Za-z0-9]{12,}" if self.generated else ""
        return re.fullmatch(re.escape(self.document) + random, name) is not None


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
    config: "ConfigServiceClient",
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


def _statuses(config: "ConfigServiceClient", rule: str) -> Iterator[Any]:
    pages = config.get_paginator("describe_remediation_execution_status").paginate(ConfigRuleName=rule)
    for page in pages:
        yield from page["RemediationExecutionStatuses"]


def attached_runbook(config: "ConfigServiceClient", rule: str) -> Runbook | None:
    """Return the runbook that AWS Config has attached to a rule, None if the rule has no remediation here."""
    found = config.describe_remediation_configurations(ConfigRuleNames=[rule])["RemediationConfigurations"]
    if not found:
        return None
    parameters = found[0].get("Parameters", {})
    takes_id = next((name for name, value in parameters.items() if "ResourceValue" in value), "")
    return Runbook(found[0]["TargetId"], takes_id)


def every_runbook(rule: RuleConfig, attached: Runbook | None) -> list[Runbook]:
    """Return every document that a rule can have had: attached, published, and each that rdk deployed."""
    takes_id = rule.remediation.resource_parameter
    return [
        *([attached] if attached else []),
        Runbook(document_name(rule.remediation.document), takes_id),
        Runbook(rdk_document_name(rule.name), takes_id, generated=True),
    ]


@dataclass(frozen=True)
class Executions:
    """What Systems Manager keeps of some documents.

    Attributes:
        newest: the executions that were asked for, the newest first.
        counts: how many it keeps in all, by the name of the document.
    """

    newest: list[RunbookExecution]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """How many it keeps in all."""
        return sum(self.counts.values())


def runbook_executions(ssm: "SSMClient", runbooks: Iterable[Runbook], limit: int | None = None) -> Executions:
    """Return the executions of some documents, whether those documents are still there or not.

    Args:
        ssm: client of the account.
        runbooks: the documents as Systems Manager has or had them.
        limit: at most so many, the newest (None: all the service keeps).
    """
    listed: dict[str, tuple[Any, Runbook]] = {}
    for runbook in runbooks:
        for one in _listed(ssm, runbook):
            listed.setdefault(one["AutomationExecutionId"], (one, runbook))
    # The service promises no order.
    newest_first = sorted(listed.values(), key=lambda found: found[0]["ExecutionStartTime"], reverse=True)
    newest = []
    for one, runbook in newest_first[:limit]:
        answer = ssm.get_automation_execution(AutomationExecutionId=one["AutomationExecutionId"])
        newest.append(_execution(dict(answer["AutomationExecution"]), runbook.resource_parameter))
    return Executions(newest, dict(Counter(one["DocumentName"] for one, _ in newest_first)))


def _listed(ssm: "SSMClient", runbook: Runbook) -> Iterator[Any]:
    pages = ssm.get_paginator("describe_automation_executions").paginate(
        Filters=[{"Key": "DocumentNamePrefix", "Values": [runbook.document]}]
    )
    for page in pages:
        for one in page["AutomationExecutionMetadataList"]:
            if runbook.is_named(one["DocumentName"]):  # the filter knows prefixes only
                yield one


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
