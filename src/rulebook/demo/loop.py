"""The loop itself, step by step; each method is one step that the command line shows."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from rulebook.build import build
from rulebook.compliance import evaluate_now, results
from rulebook.demo.people import DEMO_PARAMETERS, move_in
from rulebook.demo.rdk import run_rdk
from rulebook.executions import attached_runbook, runbook_executions, wait_for_remediations
from rulebook.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from rulebook.evaluation import RuleEvaluation
    from rulebook.executions import RunbookExecution
    from rulebook.sandbox import Sandbox

PATIENCE = timedelta(minutes=5)
KEY_RULE = "ACCESS_KEYS_ROTATED_CUSTOM"


class Loop:
    """A copy of the project, deployed into an embedded account.

    Attributes:
        rules: the names of its rules.
    """

    def __init__(self, project: Project, account: Sandbox, folder: Path) -> None:
        """Copy what ships of the project, so that the demo changes nothing in it.

        Args:
            project: the project to show.
            account: an empty embedded account.
            folder: an empty folder for the copy.
        """
        for name in ("rules", "ssm_docs"):
            shutil.copytree(
                project.root / name,
                folder / name,
                ignore=shutil.ignore_patterns("__pycache__", "*.zip", ".rdk"),
            )
        shutil.copy(project.config, folder)
        self._project = Project(folder)
        self._account = account
        self._config = account.client("config")
        self._ssm = account.client("ssm")
        self.rules = list(self._project.rules())

    def move_in(self) -> None:
        """Fill the account, and set what the demo shows in the copied rdk_config.json."""
        move_in(self._account)
        settings = json.loads(self._project.config.read_text(encoding="utf-8"))
        settings["rules"][KEY_RULE]["parameters"] |= DEMO_PARAMETERS
        self._project.config.write_text(json.dumps(settings, indent=2), encoding="utf-8")
        build(self._project)

    def deploy(self) -> None:
        """Run ``rdk init`` and ``rdk deploy --all`` on the copy."""
        for arguments in (["init"], ["deploy", "--all"]):
            run_rdk(arguments, self._project.root / "rules", self._account.environment())

    def evaluate(self) -> list[RuleEvaluation]:
        """Let every deployed rule judge the account, and return what Config then holds."""
        evaluate_now(self._config, self.rules, PATIENCE)
        return [evaluation for rule in self.rules for evaluation in results(self._config, rule)]

    def remediated(self, evaluations: list[RuleEvaluation]) -> list[RunbookExecution]:
        """Wait for the automatic remediation of whatever is NON_COMPLIANT; return the executions."""
        executions = []
        for rule in self.rules:
            wrong = [
                one.resource_id
                for one in evaluations
                if (one.rule, one.compliance) == (rule, "NON_COMPLIANT")
            ]
            wait_for_remediations(self._config, rule, wrong, PATIENCE)
            executions += runbook_executions(self._ssm, attached_runbook(self._config, rule))
        return executions
