"""A runbook as a test has it: the document as it is built, run step by step on an embedded account."""

from collections.abc import Mapping
from typing import Any

from rulebook.authoring.checks.built import built_content
from rulebook.authoring.render.reading import read_document
from rulebook.automation import (
    AutomationExecution,
    accept_parameters,
    assume_role,
    plan_document,
    run_document,
)
from rulebook.automation.guard import ReadOnlyGuard
from rulebook.project import Project
from rulebook.project.chosen import document_folder
from rulebook.project.permissions import read_permissions
from rulebook.project.rdk_config import ROLE_PARAMETER
from rulebook.project.rdk_config.model import as_texts
from rulebook.testing.account import EmbeddedAccount
from rulebook.testing.role import environment_as, role_that_may

NO_ROLE = "arn:aws:iam::123456789012:role/dry-run"  # nobody assumes it there


class ActedInDryRun(AssertionError):
    """The document called what is no read although it was told to change nothing."""


class Runbook:
    """One document of a project.

    Attributes:
        name: of the document.

    Raises:
        ConfigurationError: the project has no such document.
    """

    def __init__(self, project: Project, name: str) -> None:
        self.name = name
        self._project = project
        self._folder = document_folder(project, name)

    def run(self, account: EmbeddedAccount, **parameters: object) -> AutomationExecution:
        """Run it under a role that may do what its permissions.json lists, and no more, unless one is given.

        Args:
            account: where.
            parameters: of the document (text, numbers, booleans); its defaults for the rest.

        Returns:
            What became of it: ``status``, ``outputs`` by ``"Step.Output"``, ``steps``, ``failure_message``.

        Raises:
            ParametersRefused: the service would refuse the start.
            DocumentError: the document cannot run.
            ConfigurationError: a file of it is missing or malformed.
        """
        document = self._built()
        actions = read_permissions(self._folder.permissions, f"{self.name}/{self._folder.permissions.name}")
        with role_that_may(actions, account) as role:
            given = self._given(document, role, parameters)
            assumed = assume_role(document, accept_parameters(document, given))
            return run_document(document, given, environment_as(assumed, account))

    def dry_run(self, account: EmbeddedAccount, **parameters: object) -> AutomationExecution:
        """Run it with ``DryRun`` true, where nothing but reads is let through.

        Raises:
            ActedInDryRun: it called something else.
        """
        document = self._built()
        dry = {"DryRun": "true"} if "DryRun" in document.get("parameters", {}) else {}
        given = self._given(document, NO_ROLE, {**parameters, **dry})
        with ReadOnlyGuard(account.session()) as guard, guard.caller() as caller:
            ended = run_document(document, given, caller.environment)
        if caller.refusals:
            first = caller.refusals[0]
            raise ActedInDryRun(f"{self.name} wrote in its dry run: {first.call}: {first.reason}")
        return ended

    def _built(self) -> dict[str, Any]:
        document = dict(built_content(read_document(self._project, self._folder)))
        plan_document(document)  # refuses what cannot run
        return document

    @staticmethod
    def _given(document: Mapping[str, Any], role: str, parameters: Mapping[str, object]) -> dict[str, str]:
        own = {ROLE_PARAMETER: role} if ROLE_PARAMETER in document.get("parameters", {}) else {}
        return own | as_texts(parameters)
