"""The loop itself, step by step; each method is one step that the command line shows."""

from datetime import timedelta
from pathlib import Path

from rulebook.authoring.render import build
from rulebook.demo.people import DEMO_PARAMETERS, move_in
from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import evaluate_now, results_of_rule
from rulebook.operating.evaluation import RuleEvaluation
from rulebook.operating.executions import (
    RunbookExecution,
    attached_runbook,
    runbook_executions,
    wait_for_remediations,
)
from rulebook.project import Project
from rulebook.project.rdk_config import load_config
from rulebook.sandbox import Sandbox

PATIENCE = timedelta(minutes=5)
KEY_RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
EXAMPLE = "example"  # the id of a resource that is recorded for each rule that changes trigger
KEYS_A_CALL = 100  # resource keys that StartRemediationExecution takes at once


class Loop:
    """A copy of the project, deployed into an embedded account.

    Attributes:
        rules: the names of its rules.
        workspace: the copy.
    """

    def __init__(self, project: Project, account: Sandbox, folder: Path) -> None:
        self.workspace = Workspace(project, account, folder)
        self.rules = list(self.workspace.project.rules())
        self._config = account.client("config")
        self._ssm = account.client("ssm")

    def move_in(self) -> None:
        """Fill the account, and set what the demo shows in the copied rdk_config.json."""
        move_in(self.workspace.account)
        if KEY_RULE in self.rules:
            self.workspace.configure(KEY_RULE, DEMO_PARAMETERS)
        else:
            build(self.workspace.project)
        for rule in load_config(self.workspace.project).rules.values():
            for kind in rule.resource_types:  # so that there is one to be judged, of whatever type
                self.workspace.account.record(kind, EXAMPLE)

    def deploy(self) -> None:
        """Run ``rdk init`` and ``rdk deploy --all`` on the copy."""
        self.workspace.rdk("init")
        self.workspace.rdk("deploy", "--all")

    def evaluate(self) -> list[RuleEvaluation]:
        """Let every deployed rule judge the account, and return what Config then holds."""
        evaluate_now(self._config, self.rules, PATIENCE)
        return [evaluation for rule in self.rules for evaluation in results_of_rule(self._config, rule)]

    def manual(self) -> list[str]:
        """Return the deployed rules whose remediation a person starts."""
        found = self._config.describe_remediation_configurations(ConfigRuleNames=self.rules)
        return [
            one["ConfigRuleName"] for one in found["RemediationConfigurations"] if not one.get("Automatic")
        ]

    def remedied(self) -> list[str]:
        """Return the deployed rules that have a remediation."""
        found = self._config.describe_remediation_configurations(ConfigRuleNames=self.rules)
        return [one["ConfigRuleName"] for one in found["RemediationConfigurations"]]

    def remediated(self, evaluations: list[RuleEvaluation]) -> list[RunbookExecution]:
        """Wait for the remediation of whatever is NON_COMPLIANT; return the executions.

        What is not automatic is started first, as a person does in the console.
        """
        manual = self.manual()
        executions = []
        for rule in self.remedied():
            wrong = [one for one in evaluations if (one.rule, one.compliance) == (rule, "NON_COMPLIANT")]
            if wrong and rule in manual:
                self._start(rule, wrong)
            if wrong:
                wait_for_remediations(self._config, rule, [one.resource_id for one in wrong], PATIENCE)
            if attached := attached_runbook(self._config, rule):
                executions += runbook_executions(self._ssm, [attached]).newest
        return executions

    def _start(self, rule: str, wrong: list[RuleEvaluation]) -> None:
        for first in range(0, len(wrong), KEYS_A_CALL):
            self._config.start_remediation_execution(
                ConfigRuleName=rule,
                ResourceKeys=[
                    {"resourceType": one.resource_type, "resourceId": one.resource_id}
                    for one in wrong[first : first + KEYS_A_CALL]
                ],
            )
