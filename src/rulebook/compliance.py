"""What AWS Config holds about a deployed rule: start an evaluation, wait for it, read its results."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rulebook.errors import RulebookError
from rulebook.evaluation import RuleEvaluation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_config import ConfigServiceClient

POLL = timedelta(seconds=0.5)


class EvaluationTimedOut(RulebookError):
    """Config did not finish an evaluation in time."""


class RuleFailed(RulebookError):
    """The deployed rule raised instead of judging."""


def evaluate_now(
    config: ConfigServiceClient,
    rules: Sequence[str],
    patience: timedelta,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Start an evaluation of the deployed rules and wait until each has ended.

    Args:
        config: client of the account the rules are deployed in.
        rules: names of deployed rules.
        patience: how long to wait for all of them together.
        sleep: waits that many seconds; a test passes its own.

    Raises:
        RuleFailed: a rule's invocation failed; the message is what Config recorded.
        EvaluationTimedOut: an evaluation was still running when patience ended.
    """
    before = {rule: _last_times(config, rule) for rule in rules}
    config.start_config_rules_evaluation(ConfigRuleNames=list(rules))
    deadline = datetime.now(UTC) + patience
    waiting = list(rules)
    while waiting:
        waiting = [rule for rule in waiting if not _ended(config, rule, before[rule])]
        if waiting and datetime.now(UTC) > deadline:
            raise EvaluationTimedOut(
                f"{', '.join(waiting)}: no result after {patience}; look into the function's log"
            )
        if waiting:
            sleep(POLL.total_seconds())


def results(config: ConfigServiceClient, rule: str) -> list[RuleEvaluation]:
    """Return every result that Config holds of one rule, ordered by resource."""
    pages = config.get_paginator("get_compliance_details_by_config_rule").paginate(ConfigRuleName=rule)
    found = []
    for page in pages:
        for one in page["EvaluationResults"]:
            subject = one["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            found.append(
                RuleEvaluation(
                    rule,
                    subject["ResourceType"],
                    subject["ResourceId"],
                    one["ComplianceType"],
                    one.get("Annotation", ""),
                )
            )
    return sorted(found)


def _last_times(config: ConfigServiceClient, rule: str) -> tuple[datetime | None, datetime | None]:
    """Return when the rule last succeeded and last failed."""
    status = config.describe_config_rule_evaluation_status(ConfigRuleNames=[rule])[
        "ConfigRulesEvaluationStatus"
    ][0]
    return status.get("LastSuccessfulEvaluationTime"), status.get("LastFailedEvaluationTime")


def _ended(config: ConfigServiceClient, rule: str, before: tuple[datetime | None, datetime | None]) -> bool:
    succeeded, failed = _last_times(config, rule)
    if failed != before[1]:
        status = config.describe_config_rule_evaluation_status(ConfigRuleNames=[rule])[
            "ConfigRulesEvaluationStatus"
        ][0]
        raise RuleFailed(
            f"{rule}: {status.get('LastErrorMessage', 'the invocation failed')}; nothing was reported"
        )
    return succeeded != before[0]
