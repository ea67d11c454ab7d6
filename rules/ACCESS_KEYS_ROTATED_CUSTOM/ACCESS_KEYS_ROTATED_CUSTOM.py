"""IAM users have no stale access key: none older than a limit (CIS 1.4), none unused for too long (CIS 1.3).

Reports on: every IAM user (``AWS::IAM::User``, by UserId). The root user is not judged.

Trigger: periodic.

Parameters (all optional, as strings or JSON values; an empty text means not given):

- ``maxAccessKeyAge``: days, 1 to 3650, default 90. An active key is stale when it is older, to the second.
- ``maxCredentialUsageAge``: days, 1 to 3650, default not checked. An active key is stale too when it was not
  used for longer than this; a key never used counts from its creation.
- ``exemptUsers``: comma-separated user name patterns (``*``, ``?``), in any case; an entry may end in
  ``:YYYY-MM-DD``, the last day (UTC) on which it holds. Default none.
- ``exemptTag``: ``Key`` (in any case) or ``Key=Value`` (the value exactly); a user who carries it is exempt.
  Default none.
- ``ageBasis``: ``CreateDate`` (default), exact: re-activating a key does not make it younger. Or
  ``LastRotated``: the credential report decides, and only the users whom it flags are read, to confirm it.

Scenarios:

1. The user has no active access key, or none at all: COMPLIANT.
2. Every active key is at most ``maxAccessKeyAge`` days old, to the second: COMPLIANT.
3. An active key is older than that: NON_COMPLIANT, every stale key named with its age.
4. A key was re-activated: with ``CreateDate`` its age counts from creation, with ``LastRotated`` from then.
5. ``maxCredentialUsageAge`` is given and an active key was not used for longer: NON_COMPLIANT.
6. It is given, and a key that was never used was created longer ago: NON_COMPLIANT.
7. A key is stale, and ``exemptUsers`` matches the user's name: COMPLIANT, saying by what and from what.
8. The last day of that entry has passed: NON_COMPLIANT.
9. A key is stale, and the user carries ``exemptTag``: COMPLIANT, saying by what and from what.
10. The user is deleted while the rule runs: left out.
11. The user is renamed while the rule runs, or the name passes to another: judged by id, under the new name.
12. A parameter is unknown, malformed or out of range: an error names it, its value and what is allowed.
13. The credential report does not exist yet, is being made, or has expired: one is made and waited for.
14. The credential report is not permitted: every user's keys are listed, and the log says so.
15. The credential report does not know the user, or knows an earlier one of that name: the keys are listed,
    and their ages count from creation.
16. AWS refuses a call, or an answer does not come: an error; no evaluation, and earlier ones stay.
17. Calls are throttled: they are tried again, with the same result; the log says how often.
18. The function's time runs out: an error says how far it came and what cures it; no evaluation.
19. The account has no IAM user: nothing to evaluate, and no error.

The report clears users without an active key, up to four hours late: a key re-activated less than four
hours ago is found one evaluation later. Without a report, ``LastRotated`` judges by creation where the report
is not permitted, and is an error where the report is only late.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rdklib import ConfigRule, Evaluation, Evaluator

from access_keys_rotated_account import judge_account
from access_keys_rotated_deadline import Deadline
from access_keys_rotated_parameters import RULE, parse_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from access_keys_rotated_parameters import Parameters

A_DAY = timedelta(days=1)
RESOURCE_TYPE = "AWS::IAM::User"
LOG = logging.getLogger(RULE)


class EvaluationFailed(RuntimeError):
    """rdklib answered with an error: nothing was reported."""


class ACCESS_KEYS_ROTATED_CUSTOM(ConfigRule):  # type: ignore[misc]  # rdklib is published without types
    """The evaluator.

    Args:
        deadline: when it must have judged; by default nothing ends it.
    """

    def __init__(self, deadline: Deadline | None = None) -> None:
        super().__init__()
        self._deadline = deadline or Deadline()
        self.figures: list[dict[str, Any]] = []  # what `rulebook evaluate --html` draws; set by a run

    def evaluate_parameters(self, rule_parameters: Mapping[str, Any]) -> Parameters:
        """Check and parse the rule's parameters."""
        return parse_parameters(rule_parameters)

    def evaluate_periodic(
        self,
        event: Mapping[str, Any],  # noqa: ARG002 - rdklib's signature
        client_factory: Any,
        valid_rule_parameters: Parameters,
    ) -> list[Evaluation]:
        """Return one evaluation per IAM user, ordered by name."""
        iam = client_factory.build_client("iam")
        now = datetime.now(UTC)
        verdicts = judge_account(iam, valid_rule_parameters, self._deadline, now)
        self.figures = [
            {
                "title": "Age of active access keys",
                "unit": "days",
                "limit": valid_rule_parameters.max_access_key_age.days,
                "values": [(now - since) / A_DAY for verdict in verdicts for since in verdict.since],
            }
        ]
        return [
            Evaluation(verdict.compliance, verdict.user.user_id, RESOURCE_TYPE, annotation=verdict.annotation)
            for verdict in verdicts
        ]


def lambda_handler(event: Mapping[str, Any], context: Any) -> Any:
    """Evaluate and report; raise whatever prevents it, so that Config shows it and Lambda tries again.

    Raises:
        EvaluationFailed: wrong parameters, or AWS refused a call.
        OutOfTime: see the scenarios.
    """
    # rdklib builds its clients without a retry configuration; botocore then takes these.
    os.environ.setdefault("AWS_RETRY_MODE", "adaptive")
    os.environ.setdefault("AWS_MAX_ATTEMPTS", "10")
    LOG.setLevel(logging.INFO)
    deadline = Deadline(getattr(context, "get_remaining_time_in_millis", None))
    outcome = Evaluator(ACCESS_KEYS_ROTATED_CUSTOM(deadline)).handle(event, context)
    if isinstance(outcome, dict):  # rdklib returns errors, and Lambda would count them as success
        raise EvaluationFailed(f"{RULE}: {_reason(outcome)}")
    return outcome


def _reason(error: Mapping[str, Any]) -> str:
    message = error["customerErrorMessage"] or error["internalErrorDetails"] or error["internalErrorMessage"]
    code = error["customerErrorCode"]
    return f"{code}: {message}" if code else str(message)
