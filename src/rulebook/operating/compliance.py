"""What AWS Config holds about a deployed rule: start an evaluation, wait for it, read its results."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rulebook.errors import RulebookError
from rulebook.operating.evaluation import RuleEvaluation

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_config.type_defs import ConfigRuleEvaluationStatusTypeDef

POLL = timedelta(seconds=0.5)


class EvaluationTimedOut(RulebookError):
    """Config did not finish an evaluation in time."""


class RuleFailed(RulebookError):
    """The deployed rule raised instead of judging."""


def evaluate_now(
    config: "ConfigServiceClient",
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
    before = {rule: _status(config, rule) for rule in rules}
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


def results_of_rule(config: "ConfigServiceClient", rule: str) -> list[RuleEvaluation]:
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


def _status(config: "ConfigServiceClient", rule: str) -> "ConfigRuleEvaluationStatusTypeDef":
    """Return what Config says of the rule's latest evaluations."""
    found = config.describe_config_rule_evaluation_status(ConfigRuleNames=[rule])
    return found["ConfigRulesEvaluationStatus"][0]


def _ended(config: "ConfigServiceClient", rule: str, before: "ConfigRuleEvaluationStatusTypeDef") -> bool:
    """Tell whether an evaluation ended since ``before`` was read; raise if it failed."""
    now = _status(config, rule)
    if now.get("LastFailedEvaluationTime") != before.get("LastFailedEvaluationTime"):
        raise RuleFailed(
            f"{rule}: {now.get('LastErrorMessage', 'the invocation failed')}; nothing was reported"
        )
    return now.get("LastSuccessfulEvaluationTime") != before.get("LastSuccessfulEvaluationTime")
