"""A sound document of each kind, and what the checks find once one thing in it is broken."""

from typing import NamedTuple

from rulebook.authoring.checks import check_document
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.lint.sources import documents_in
from rulebook.automation import beyond


class Planted(NamedTuple):
    """``old`` becomes ``new`` in a document; then exactly ``findings`` are told, none for a right example."""

    name: str
    old: str
    new: str
    findings: list[str]


def told(text: str) -> list[str]:
    """Return what lint says of the one document in a text: place, severity of warnings, problem, code."""
    [document] = documents_in(text, "d.yaml")
    assert isinstance(document, AuthoredDocument)
    found = check_document(document, "automation", to_build=False)
    return [
        f"{one.place}: {'warning: ' if one.severity == 'warning' else ''}{one.problem} [{one.check}]"
        for one in found
        if one.check != beyond.CODE
    ]


def after(text: str, case: Planted) -> list[str]:
    """Return what is told once a case's fault is planted in a text."""
    assert text.count(case.old) == 1, f"{case.old!r} stands {text.count(case.old)} times"
    return told(text.replace(case.old, case.new))
