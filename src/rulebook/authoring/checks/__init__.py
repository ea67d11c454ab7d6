"""What must hold before a document or a pair is built: one small file a check, found by walking the folders.

A check is a module with a ``CODE``, which is stable, and ``find(subject) -> Iterator[Finding]``; its
docstring says what must hold, why, and where AWS says so, and of a document's checks ``WRONG`` and ``RIGHT``
are examples for lint's page (``authoring.lint.catalogue``). It says what is wrong at a node of what it looks
at; file, line, column and author are added here. A further check is a further file.

Of one document: ``automation.validation`` is what the service refuses, ``automation.beyond`` what this runner
cannot run, ``document/`` what a person would want to know of any document, and ``house/`` what only one for
Config must have. ``rule/`` looks at a rule with its entry, ``pair/`` at both together with its document, and
``permissions/`` at what either may do. ``rule_contract/`` and ``document_contract/`` hold what a pair
promises and how it is proved, which ``authoring.checking`` alone asks for. What existing tools miss of this
is in ``docs/adr/0005-own-runner-and-checks.md``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Literal, Protocol, cast

from rulebook.authoring.checks import document as document_checks
from rulebook.authoring.checks import house as house_checks
from rulebook.authoring.checks import pair as pair_checks
from rulebook.authoring.checks import permissions as permissions_checks
from rulebook.authoring.checks import rule as rule_checks
from rulebook.authoring.checks.authored import AuthoredDocument, Positions
from rulebook.authoring.checks.authored_rule import AuthoredRule
from rulebook.authoring.checks.built import built_content
from rulebook.authoring.checks.configured import ConfiguredRule
from rulebook.authoring.checks.granted import Granted, to_document, to_rule
from rulebook.authoring.checks.paired import Pair
from rulebook.automation import beyond, validation
from rulebook.automation.validation import Check, beside_misshapen, checks, findings, shape
from rulebook.finding import Finding
from rulebook.node import Node

Profile = Literal["automation", "config"]

PROFILES: dict[Profile, tuple[ModuleType, ...]] = {
    "automation": (document_checks,),
    "config": (document_checks, house_checks),
}


class Subject(Protocol):
    """What is looked at: findings are about its file unless they name another."""

    @property
    def file(self) -> str:
        """Path relative to the project's root."""

    @property
    def positions(self) -> Positions:
        """Line and column of every node, by file."""


def check_document(
    document: AuthoredDocument, profile: Profile = "config", *, to_build: bool = True
) -> list[Finding]:
    """Return everything that is wrong with one document, however little of it has the right shape.

    Args:
        document: one that stands alone is judged as it stands, one of a project as it is built.
        profile: which checks look at it.
        to_build: whether it is to be built: then its scripts are loaded, which runs what stands at their top,
            and what this runner cannot run is told.
    """
    found = validation.validate(Node(built_content(document)) if document.name else document.node)
    try:
        if isinstance(document.content, dict) and validation.is_judged(document.node):
            found += beside_misshapen(
                shape.misshapen(document.node), _further(document, profile, to_build=to_build)
            )
    except RecursionError:
        return located(found, document)  # the service's own checks have told it
    return located(found, document)


def _further(document: AuthoredDocument, profile: Profile, *, to_build: bool) -> Iterator[Finding]:
    if to_build:
        yield from findings(cast("Check", beyond), document.node)
    for check in (check for part in PROFILES[profile] for check in checks(part)):
        if to_build or not getattr(check, "RUNS_SCRIPTS", False):
            yield from findings(check, document)
    if profile == "config" and any(step["action"].text for step in document.steps()):
        yield from _permissions(to_document(document))


def check_rule(rule: AuthoredRule) -> list[Finding]:
    """Return everything that is wrong with a rule's own files."""
    return _permissions(to_rule(rule))


def check_configured(rule: ConfiguredRule) -> list[Finding]:
    """Return everything that is wrong between a rule and its entry, without the document."""
    return located((one for check in checks(rule_checks) for one in findings(check, rule)), rule)


def check_pair(pair: Pair) -> list[Finding]:
    """Return everything that is wrong between a rule and its document, whose shape is right."""
    return located((one for check in checks(pair_checks) for one in findings(check, pair)), pair)


def _permissions(granted: Granted) -> list[Finding]:
    return located((one for check in checks(permissions_checks) for one in findings(check, granted)), granted)


def located(found: Iterable[Finding], subject: Subject) -> list[Finding]:
    """Return findings with their files and positions, sorted, each once.

    A node that is not there has the position of the nearest one above it that is.
    """
    return sorted({_located(finding, subject) for finding in found})


def _located(finding: Finding, subject: Subject) -> Finding:
    file = finding.file or subject.file
    if finding.line is not None:
        return finding
    known = subject.positions.get(file, {})
    position = next((known[place] for place in finding.place.upwards() if place in known), None)
    line, column = position or (None, None)
    return replace(finding, file=file, line=line, column=column)
