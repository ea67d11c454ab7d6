"""``rulebook check``: everything that must hold for the pairs of a project, whoever's it is.

What the build says, and beyond that what each pair promises and how it is proved. `catalogue` tells what
that is, each from the check itself.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from rulebook.authoring import render
from rulebook.authoring.checks import document as document_checks
from rulebook.authoring.checks import document_contract, located, rule_contract
from rulebook.authoring.checks import house as house_checks
from rulebook.authoring.checks import pair as pair_checks
from rulebook.authoring.checks import permissions as permissions_checks
from rulebook.authoring.checks import rule as rule_checks
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.proved import ProvedDocument, ProvedRule
from rulebook.authoring.lint import comments, unreadable
from rulebook.authoring.lint.catalogue import known_codes
from rulebook.authoring.render import built_files, project_checks
from rulebook.authoring.render.reading import read_document, read_rule
from rulebook.automation import beyond, validation
from rulebook.finding import Finding
from rulebook.project import DocumentFolder, Project, RuleFolder, is_test
from rulebook.project.rdk_config.source import read_text


def check_project_and_promises(project: Project, today: date | None = None) -> list[Finding]:
    """Return everything wrong with the project, sorted.

    Args:
        project: where.
        today: the day (UTC) that exemptions are held against; the present one if None.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    found = render.check_build(project, today)
    misshapen = {one.file for one in found if one.check == validation.SHAPE.CODE}
    return sorted({*found, *promises(project, passed_over=misshapen)})


def promises(project: Project, passed_over: Collection[str] = ()) -> Iterator[Finding]:
    """Find what the pairs do not keep of their contracts; the build does not ask for it.

    Args:
        project: where.
        passed_over: documents whose shape is wrong, relative to the project.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    for rule in project.rules().values():
        yield from _of_rule(project, rule)
    for folder in project.documents().values():
        if project.relative(folder.authored) not in passed_over:
            yield from _of_document(project, folder)


def _of_rule(project: Project, folder: RuleFolder) -> list[Finding]:
    proved = ProvedRule(
        read_rule(project, folder), _tests(project, folder.folder), _elsewhere(project, folder)
    )
    return located(_findings(rule_contract, proved), proved)


def _of_document(project: Project, folder: DocumentFolder) -> list[Finding]:
    document = read_document(project, folder)
    proved = ProvedDocument(document, _tests(project, folder.folder))
    found = located(_findings(document_contract, proved), proved)
    return _heard(project, folder, document, found)


def _heard(
    project: Project, folder: DocumentFolder, document: AuthoredDocument, found: list[Finding]
) -> list[Finding]:
    """Leave out what a comment in the document silences, and tell of comments that silence nothing."""
    text = read_text(folder.authored, project.relative(folder.authored))
    return [
        *comments.in_vain(text, document.file, known_codes()),
        *comments.heard(found, document, comments.ignored(text)),
    ]


def _findings(package: ModuleType, subject: ProvedRule | ProvedDocument) -> Iterator[Finding]:
    for one in validation.checks(package):
        yield from validation.findings(one, subject)


def _tests(project: Project, folder: Path) -> dict[str, str]:
    files = filter(is_test, sorted(folder.glob("*.py")))
    return {project.relative(file): read_text(file, project.relative(file)) for file in files}


def _elsewhere(project: Project, rule: RuleFolder) -> dict[str, str]:
    """Return every module of the project's other rules and of its documents, with the folder it lies in.

    A conftest and an __init__ may be in each.
    """
    folders = [one.folder for one in project.rules().values()]
    folders += [one.folder for one in project.documents().values()]
    return {
        file.stem: project.relative(folder)
        for folder in folders
        if folder != rule.folder
        for file in sorted(folder.glob("*.py"))
        if file.stem not in ("conftest", "__init__")
    }


class Group(NamedTuple):
    """The checks of one kind of thing: a title, and what must hold by the code of the check."""

    title: str
    holds: Mapping[str, str]


def catalogue() -> tuple[Group, ...]:
    """Return everything that is checked."""
    return (
        Group("A rule", _said(rule_checks, rule_contract)),
        Group("A runbook", _said(document_contract, house_checks)),
        Group("`permissions.json` of either", _said(permissions_checks)),
        Group("A pair", _said(pair_checks)),
        Group("The project", _told(project_checks, built_files)),
        Group(
            "Any Automation document",
            _said(document_checks, validation) | _told(beyond, comments, unreadable),
        ),
    )


def _said(*packages: ModuleType) -> dict[str, str]:
    return _told(*(module for package in packages for module in validation.modules(package)))


def _told(*modules: ModuleType) -> dict[str, str]:
    return {module.CODE: str(module.__doc__).partition("\n")[0] for module in modules}
