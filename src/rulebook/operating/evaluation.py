"""Run an evaluator from here, read-only: nothing is deployed and nothing is reported to Config."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from rulebook.automation.guard import ReadOnlyGuard
from rulebook.errors import ConfigurationError, RulebookError
from rulebook.operating.figure import Figure
from rulebook.operating.judging import judge_in_process
from rulebook.project import RuleFolder

# Config's own names of an evaluation's parts, in RuleEvaluation's order.
PARTS = ("ConfigRuleName", "ComplianceResourceType", "ComplianceResourceId", "ComplianceType", "Annotation")


class EvaluationFailed(RulebookError):
    """An evaluator could not judge; nothing about the resources may be concluded."""


@dataclass(frozen=True, order=True)
class RuleEvaluation:
    """What a rule says of one resource.

    Attributes:
        rule: the rule's name.
        resource_type: for example ``AWS::IAM::User``.
        resource_id: Config's id of the resource; for a user the UserId.
        compliance: ``COMPLIANT``, ``NON_COMPLIANT`` or ``NOT_APPLICABLE``.
        annotation: why, at most 256 characters.
    """

    rule: str
    resource_type: str
    resource_id: str
    compliance: str
    annotation: str

    def as_json(self) -> dict[str, str]:
        """Return the evaluation in Config's own names."""
        return dict(zip(PARTS, astuple(self), strict=True))


@dataclass(frozen=True)
class Judged:
    """What came of a rule's run.

    Attributes:
        evaluations: one a resource, in the rule's order.
        figures: what it measured, for a histogram; most rules measure nothing.
    """

    evaluations: tuple[RuleEvaluation, ...]
    figures: tuple[Figure, ...]


def evaluate(
    rule: RuleFolder,
    parameters: Mapping[str, str],
    account_id: str,
    guard: ReadOnlyGuard,
    tell: Callable[[str], None] = lambda _line: None,
    resource_types: Sequence[str] = (),
) -> Judged:
    """Judge every resource of the account behind the guard, as Config would.

    A rule that measures something has, beside rdklib's ``evaluate_periodic``, a method
    ``evaluate_and_measure``: it takes the same, and returns the evaluations and a list of dictionaries with
    ``title``, ``unit``, ``limit`` and ``values``.

    Args:
        rule: the rule; it runs in a process of its own.
        parameters: the rule's parameters as Config passes them.
        account_id: the twelve digits of that account.
        guard: a rule only looks; whatever else it tries is refused, and then it has not judged.
        tell: told of each line that the rule printed.
        resource_types: of a rule that changes trigger; it judges what Config has recorded of them.

    Raises:
        EvaluationFailed: the rule refused the parameters, raised, ended, hung, or returned no evaluations.
        ConfigurationError: its module cannot be imported, or the class is missing.
        botocore.exceptions.ClientError: AWS refused a call; no verdict is made of it.
    """
    with guard.caller() as caller:
        answer = judge_in_process(
            rule, _event(rule.name, parameters, account_id), parameters, resource_types, caller, tell
        )
    if caller.refusals:
        first = caller.refusals[0]
        raise EvaluationFailed(
            f"{rule.name} could not judge: it called {first.call}, and {first.reason}; a rule may only read"
        )
    if "Error" in answer:
        raise _error(rule.name, answer["Error"])
    found = tuple(RuleEvaluation(*(one[part] for part in PARTS)) for one in answer["Evaluations"])
    return Judged(found, _figures(rule.name, answer["Figures"]))


def _error(rule: str, error: Mapping[str, Any]) -> Exception:
    kind, message = error["Kind"], error["Message"]
    if kind == "ClientError":
        return ClientError({"Error": message}, error["Operation"])
    if kind == "NotLoaded":
        return ConfigurationError(message)
    if kind == "Refused":
        return EvaluationFailed(message if rule in message else f"{rule}: {message}")
    said = message if kind == "Ended" else f"{kind}: {message}"
    return EvaluationFailed(f"{rule} could not judge: {said}")


def _figures(rule: str, given: Any) -> tuple[Figure, ...]:
    """Read what a rule measured: dictionaries with ``title``, ``unit``, ``limit`` and ``values``."""
    try:
        return tuple(Figure(one["title"], one["unit"], one["limit"], tuple(one["values"])) for one in given)
    except (KeyError, TypeError) as error:
        raise EvaluationFailed(
            f"{rule} could not judge: its figures are no list of title, unit, limit and values ({error!r})"
        ) from error


def _event(rule_name: str, parameters: Mapping[str, str], account_id: str) -> dict[str, Any]:
    """Return the event of a scheduled invocation, with the fields that Config documents."""
    invoking_event = {
        "awsAccountId": account_id,
        "notificationCreationTime": datetime.now(UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "messageType": "ScheduledNotification",
        "recordVersion": "1.0",
    }
    return {
        "version": "1.0",
        "invokingEvent": json.dumps(invoking_event),
        "ruleParameters": json.dumps(dict(parameters)),
        "eventLeftScope": False,
        "configRuleName": rule_name,
        "accountId": account_id,
    }
