"""Run an evaluator from here, read-only: nothing is deployed and nothing is reported to Config."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from rulebook.errors import RulebookError
from rulebook.operating.figure import Figure


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
        return {
            "ConfigRuleName": self.rule,
            "ComplianceResourceType": self.resource_type,
            "ComplianceResourceId": self.resource_id,
            "ComplianceType": self.compliance,
            "Annotation": self.annotation,
        }


# What a deployed function sets for itself by environment variables (see a rule's lambda_handler).
RETRIES = Config(retries={"mode": "adaptive", "max_attempts": 8})


class SessionClients:
    """Stands in for rdklib's ClientFactory, whose clients come from the process's default session only."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session

    def build_client(self, service: str, region: str | None = None, assume_role_mode: bool = True) -> Any:  # noqa: ARG002 - rdklib's signature; from here no role is assumed
        """Return a client of the session in use."""
        return self._session.client(service, region_name=region, config=RETRIES)  # type: ignore[call-overload]  # any service name


def evaluate(
    rule_name: str, evaluator: Any, parameters: Mapping[str, str], session: boto3.Session, account_id: str
) -> tuple[list[RuleEvaluation], tuple[Figure, ...]]:
    """Judge every resource of the account the session is in, as Config's daily run would.

    A rule that measures something has, beside rdklib's ``evaluate_periodic``, a method
    ``evaluate_and_measure``: it takes the same, and returns the evaluations and a list of dictionaries with
    ``title``, ``unit``, ``limit`` and ``values``.

    Args:
        rule_name: the rule.
        evaluator: an instance of the rule's rdklib class.
        parameters: the rule's parameters as Config passes them.
        session: whose credentials read the account.
        account_id: the twelve digits of that account.

    Returns:
        One evaluation a resource, in the rule's order; and what the rule measured, for histograms.

    Raises:
        EvaluationFailed: the rule refused the parameters, or raised.
        botocore.exceptions.ClientError: AWS refused a call; no verdict is made of it.
    """
    from rdklib import InvalidParametersError  # noqa: PLC0415 - rdklib belongs to the rules; only this needs it

    event = _event(rule_name, parameters, account_id)
    try:
        valid = evaluator.evaluate_parameters(dict(parameters))
        clients = SessionClients(session)
        if hasattr(evaluator, "evaluate_and_measure"):
            judged, measured = evaluator.evaluate_and_measure(event, clients, valid)
        else:
            judged, measured = evaluator.evaluate_periodic(event, clients, valid), []
        figures = tuple(
            Figure(one["title"], one["unit"], one["limit"], tuple(one["values"])) for one in measured
        )
    except (ClientError, BotoCoreError):
        raise
    except InvalidParametersError as error:
        named = str(error) if rule_name in str(error) else f"{rule_name}: {error}"
        raise EvaluationFailed(named) from error
    except Exception as error:  # a rule is anybody's code; whatever it raises, it has not judged
        raise EvaluationFailed(f"{rule_name} could not judge: {type(error).__name__}: {error}") from error
    evaluations = [
        RuleEvaluation(
            rule_name,
            one.complianceResourceType,
            one.complianceResourceId,
            one.complianceType,
            one.annotation,
        )
        for one in judged
    ]
    return evaluations, figures


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
