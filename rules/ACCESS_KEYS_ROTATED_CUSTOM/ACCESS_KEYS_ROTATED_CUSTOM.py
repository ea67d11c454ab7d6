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

Age counts from a key's creation: switching it off and on again does not make it younger. IAM records last
use late (by hours; and repeats within 15 minutes not at all).

Scenarios:

1. The user has no active access key, or none at all: COMPLIANT.
2. Every active key is at most ``maxAccessKeyAge`` days old, to the second: COMPLIANT.
3. An active key is older than that: NON_COMPLIANT, every stale key named, with its age as far as 256
   characters allow.
4. A key was switched off and on again: its age counts from creation.
5. ``maxCredentialUsageAge`` is given and an active key was not used for longer: NON_COMPLIANT.
6. It is given, and a key that was never used was created longer ago: NON_COMPLIANT.
7. A key is stale, and ``exemptUsers`` matches the user's name: COMPLIANT, saying by what and from what.
8. The last day of that entry has passed: NON_COMPLIANT.
9. A key is stale, and the user carries ``exemptTag``: COMPLIANT, saying by what and from what.
10. The user is deleted while the rule runs: left out. A key is: it does not count.
11. A user is renamed or made while the rule runs, or a name passes to another: judged by id, under the name
    of the last listing.
12. A parameter is unknown, malformed or out of range: an error names it, its value and what is allowed.
13. The credential report shows a user without any key, active or not: COMPLIANT, saying so and of when it is.
14. The report is late, refused, throttled, broken or out of date: every user's keys are listed, and the log
    says why.
15. A row of the report is missing, cannot be read, or tells of an earlier user of that name or of more keys
    than it shows: that user's keys are listed.
16. AWS refuses any other call, or an answer does not come: an error; no evaluation, and earlier ones stay.
17. Calls are throttled: they are tried again, with the same result; the log says how often.
18. The function's time runs out: an error says how far it came and what cures it; no evaluation.
19. The account has no IAM user: nothing to evaluate, and no error.
20. Config refuses evaluations, a hundred of which go to it at a time: an error; what went to it before is
    reported.
"""

import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from rdklib import ConfigRule, Evaluation, Evaluator

from access_keys_judgement import Verdict
from access_keys_parameters import RULE, Deadline, Limits, parse_parameters
from access_keys_reading import judge_account

A_DAY = timedelta(days=1)
RESOURCE_TYPE = "AWS::IAM::User"


class EvaluationFailed(RuntimeError):
    """Nothing was reported to Config, or not everything; the message says which."""


class ACCESS_KEYS_ROTATED_CUSTOM(ConfigRule):  # type: ignore[misc]  # rdklib is published without types
    """The evaluator.

    Args:
        deadline: when it must have judged; by default nothing ends it.
    """

    def __init__(self, deadline: Deadline | None = None) -> None:
        super().__init__()
        self._deadline = deadline or Deadline()

    def evaluate_parameters(self, rule_parameters: Mapping[str, Any]) -> Limits:
        """Check and parse the rule's parameters."""
        return parse_parameters(rule_parameters)

    def evaluate_periodic(
        self,
        event: Mapping[str, Any],  # noqa: ARG002 - rdklib's signature
        client_factory: Any,
        valid_rule_parameters: Limits,
    ) -> list[Evaluation]:
        """Return one evaluation per IAM user, ordered by name."""
        return evaluations(self._judge(client_factory, valid_rule_parameters))

    def evaluate_and_measure(
        self,
        event: Mapping[str, Any],  # noqa: ARG002 - as evaluate_periodic
        client_factory: Any,
        valid_rule_parameters: Limits,
    ) -> tuple[list[Evaluation], list[dict[str, Any]]]:
        """Return the same, and the figures that ``rulebook evaluate --html`` draws."""
        verdicts = self._judge(client_factory, valid_rule_parameters)
        return evaluations(verdicts), figures(verdicts, valid_rule_parameters)

    def _judge(self, client_factory: Any, limits: Limits) -> list[Verdict]:
        return judge_account(client_factory.build_client("iam"), limits, self._deadline, datetime.now(UTC))


def evaluations(verdicts: list[Verdict]) -> list[Evaluation]:
    """Return the verdicts as Config takes them."""
    return [Evaluation(one.compliance, one.user.user_id, RESOURCE_TYPE, one.annotation) for one in verdicts]


def figures(verdicts: list[Verdict], limits: Limits) -> list[dict[str, Any]]:
    """Return what there is to draw: how old the active keys are that had to be read, in days."""
    values = [age / A_DAY for verdict in verdicts for age in verdict.ages]
    title = "Age of the active access keys that were read"
    return [{"title": title, "unit": "days", "limit": limits.max_age.days, "values": values}]


def lambda_handler(event: Mapping[str, Any], context: Any) -> Any:
    """Evaluate and report; raise whatever prevents it, so that Config shows it and Lambda tries again.

    Raises:
        EvaluationFailed: wrong parameters, AWS refused a call, or Config refused evaluations.
        OutOfTime: see the scenarios.
    """
    logging.getLogger(RULE).setLevel(logging.INFO)
    deadline = Deadline(getattr(context, "get_remaining_time_in_millis", None))
    return report(ACCESS_KEYS_ROTATED_CUSTOM(deadline), event, context)


def report(rule: ConfigRule, event: Mapping[str, Any], context: Any) -> Any:
    """Let rdklib evaluate and report; raise the errors that it returns, and the refusals that it ignores."""
    # rdklib builds its clients of the default session, without a retry configuration; botocore takes these.
    os.environ.setdefault("AWS_RETRY_MODE", "adaptive")
    os.environ.setdefault("AWS_MAX_ATTEMPTS", "10")
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    events: Any = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]  # set just now
    events.register("after-call.config-service.PutEvaluations", raise_refused, unique_id=RULE)
    outcome = Evaluator(rule).handle(event, context)
    if isinstance(outcome, dict):  # rdklib returns errors, and Lambda would count them as success
        code = outcome["customerErrorCode"] or outcome["internalErrorMessage"]
        reason = outcome["customerErrorMessage"] or outcome["internalErrorDetails"]
        raise EvaluationFailed(f"{RULE} failed: {code}: {reason}")
    return outcome


def raise_refused(parsed: Mapping[str, Any], **_: Any) -> None:
    """Fail where Config takes the call, but not each of its evaluations."""
    if refused := parsed.get("FailedEvaluations"):
        raise EvaluationFailed(
            f"{RULE} failed: Config refused {len(refused)} evaluations, the first of"
            f" {refused[0]['ComplianceResourceId']}; others may be reported."
        )
