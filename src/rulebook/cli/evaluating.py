"""A rule evaluated as ``evaluate`` and ``preview`` do: with what rdk_config.json gives it, said on stderr."""

from rulebook.automation.guard import ReadOnlyGuard
from rulebook.cli.account import Account
from rulebook.cli.output import one_line, progress
from rulebook.operating.evaluation import Judged, evaluate
from rulebook.project import RuleFolder
from rulebook.project.rdk_config import RuleConfig


def evaluate_rule(rule: RuleFolder, config: RuleConfig, account: Account, guard: ReadOnlyGuard) -> Judged:
    """Let a rule judge the account behind a guard; the errors are those of ``evaluate``."""
    progress(f"Evaluating {rule.name} in account {account.account_id}")
    return evaluate(
        rule,
        config.rule_parameters(),
        account.account_id,
        guard,
        lambda line: progress(one_line(line)),
        config.resource_types,
    )
