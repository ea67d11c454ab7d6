"""Every parameter is used: one that nothing reads promises an operator something that does not happen."""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.references import references
from rulebook.finding import Finding

CODE = "unused-parameters"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find declared parameters without a reference."""
    if not document.node["mainSteps"].value:
        return
    readers = (document.node["assumeRole"], document.node["mainSteps"])
    used = {reference.name for reader in readers for reference in references(reader)}
    for declared in document.parameters:
        if declared.key not in used:
            yield declared.finding("is used nowhere", f"use {{{{ {declared.key} }}}}, or remove it")
