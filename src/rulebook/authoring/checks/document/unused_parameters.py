"""Every parameter is used: one that nothing reads promises an operator something that does not happen."""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.references import references
from rulebook.finding import Finding


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find declared parameters without a reference."""
    used = {reference.name for reference in references(document)}
    for name in document.parameters:
        if name not in used:
            yield document.finding(
                f"parameters.{name}", "is used nowhere", f"use {{{{ {name} }}}}, or remove it"
            )
