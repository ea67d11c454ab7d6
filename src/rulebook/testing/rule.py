"""A rule as a test has it: loaded as Lambda loads it, evaluated as ``rulebook evaluate`` does."""

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rulebook.automation.guard import ReadOnlyGuard
from rulebook.errors import ConfigurationError
from rulebook.operating.evaluation import evaluate
from rulebook.project import Project
from rulebook.project.chosen import chosen_rules, settings_of
from rulebook.project.rdk_config import load_config
from rulebook.project.rdk_config.model import as_texts
from rulebook.testing.account import EmbeddedAccount


class Verdict(NamedTuple):
    """What a rule says of one resource: ``COMPLIANT``, ``NON_COMPLIANT`` or ``NOT_APPLICABLE``, and why."""

    compliance: str
    annotation: str


class Rule:
    """One rule of a project.

    Attributes:
        name: of the rule.

    Raises:
        ConfigurationError: the project has no such rule.
    """

    def __init__(self, project: Project, name: str) -> None:
        self.name = name
        self._project = project
        [self._folder] = chosen_rules(project, [name])

    def load(self) -> Any:
        """Return the evaluator, an instance of the class, loaded in this process.

        Its folder stays on ``sys.path``, as in a function of Lambda.

        Raises:
            ConfigurationError: this process has another module of that name already.
        """
        folder = str(self._folder.folder)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        module = importlib.import_module(self.name)
        if not self._folder.module.samefile(Path(str(module.__file__))):
            raise ConfigurationError(
                f"{self.name}: {module.__file__} is loaded already; test one project at a time"
            )
        return getattr(module, self.name)()

    def evaluate(
        self, account: EmbeddedAccount, parameters: Mapping[str, object] | None = None
    ) -> dict[str, Verdict]:
        """Judge the account by rdklib, in a process of its own that can only read.

        Args:
            account: what is judged.
            parameters: exactly those that Config passes, as in rdk_config.json (numbers, booleans, text);
                None: those that stand there.

        Returns:
            The verdict of each resource, by Config's id of it.

        Raises:
            EvaluationFailed: the rule refused the parameters, or could not judge.
            botocore.exceptions.ClientError: the account refused a call.
        """
        settings = settings_of(load_config(self._project), self._folder)
        given = settings.rule_parameters() if parameters is None else as_texts(parameters)
        types = settings.resource_types
        with ReadOnlyGuard(account.session()) as guard:
            judged = evaluate(self._folder, given, account.account_id, guard, print, types)
        return {one.resource_id: Verdict(one.compliance, one.annotation) for one in judged.evaluations}
