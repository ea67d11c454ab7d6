"""Builds what rdk and the console take from what people write, and only if it would run.

``render_built_files`` computes, ``build`` writes, ``check_build`` compares. A malformed file is a
ConfigurationError; what can be read but would not run is a Finding, and nothing is written while there is an
error among them.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from rulebook.authoring.checks import check_configured, check_document, check_pair, check_rule, located
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.built import built_content
from rulebook.authoring.checks.paired import Pair
from rulebook.authoring.checks.rendering import to_json
from rulebook.authoring.render import project_checks
from rulebook.authoring.render.built_files import out_of_date
from rulebook.authoring.render.parameters_json import parameters_json, static_values
from rulebook.authoring.render.questioning import configured_rules
from rulebook.authoring.render.reading import read_config, read_document, read_rule
from rulebook.authoring.render.writing import current_text, write_all
from rulebook.automation.validation import SHAPE
from rulebook.errors import ConfigurationError, RulebookError
from rulebook.finding import Finding
from rulebook.project import Project
from rulebook.project.chosen import document_folder
from rulebook.project.rdk_config import RuleConfig, load_config

__all__ = [
    "BuildRefused",
    "Inspection",
    "build",
    "check_build",
    "inspect_project",
    "render_built_files",
    "static_parameters",
]


class BuildRefused(RulebookError):
    """Something that was to be built would not run; ``findings`` says what."""

    exit_code = 1

    def __init__(self, findings: list[Finding]) -> None:
        """Keep the findings; the message is one line each."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class Inspection:
    """What a project's files say.

    Attributes:
        findings: everything wrong with them, warnings included, sorted.
        files: what every built file should hold; only of documents and pairs without an error.
    """

    findings: list[Finding]
    files: dict[Path, str]

    @property
    def errors(self) -> list[Finding]:
        """The findings that stop a build."""
        return [finding for finding in self.findings if finding.severity == "error"]


def inspect_project(project: Project, today: date | None = None) -> Inspection:
    """Read and check everything, write nothing.

    Args:
        project: where.
        today: the day (UTC) that exemptions are held against; the present one if None.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    config = load_config(project)
    written = read_config(project)
    folders = project.documents()
    documents = {name: read_document(project, folder) for name, folder in folders.items()}
    misnamed = project_checks.check_project(project, config, written.node)
    findings = located((replace(one, check=project_checks.CODE) for one in misnamed), written)
    files: dict[Path, str] = {}
    sound: dict[str, AuthoredDocument] = {}
    for name, document in documents.items():
        found = check_document(document)
        findings += found
        if all(finding.severity == "warning" for finding in found):
            sound[name] = document
            files[folders[name].built] = to_json(built_content(document))
    rules = {name: read_rule(project, folder) for name, folder in project.rules().items()}
    findings += [finding for rule in rules.values() for finding in check_rule(rule)]
    day = today or datetime.now(UTC).date()
    for one in configured_rules(project, config, written, rules, sound, day):
        findings += check_configured(one)
        file = project.rules()[one.rule.name].parameters
        if isinstance(one, Pair):
            findings += check_pair(one)
            files[file] = to_json(one.parameters_json)
        elif one.rule.remedy is None:
            files[file] = to_json(parameters_json(one.rule, None))
    return Inspection(sorted(set(findings)), files)


def static_parameters(project: Project, rule: RuleConfig) -> dict[str, str]:
    """Return what Config passes to a rule's document, without role and resource id.

    Raises:
        ConfigurationError: the document is missing or malformed.
    """
    document = read_document(project, document_folder(project, rule.remediation.document))
    for finding in check_document(document):
        if finding.check == SHAPE.CODE and finding.severity == "error":
            raise ConfigurationError(str(finding))
    return static_values(rule, document)


def render_built_files(project: Project) -> dict[Path, str]:
    """Return what every built file should hold.

    Raises:
        ConfigurationError: a file is missing or malformed.
        BuildRefused: something would not run.
    """
    inspection = inspect_project(project)
    if inspection.errors:
        raise BuildRefused(inspection.errors)
    return inspection.files


def build(project: Project) -> list[Path]:
    """Write every built file that is out of date, each in one step, and return them in order.

    Raises:
        ConfigurationError: a file is missing or malformed.
        BuildRefused: something would not run; nothing was written.
    """
    files = render_built_files(project)
    return write_all(project, {path: text for path, text in files.items() if current_text(path) != text})


def check_build(project: Project, today: date | None = None) -> list[Finding]:
    """Return everything wrong with the project, built files that are out of date included.

    Args:
        project: where.
        today: the day (UTC) that exemptions are held against; the present one if None.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    inspection = inspect_project(project, today)
    return sorted([*inspection.findings, *out_of_date(project, inspection.files)])
