"""The resource id goes to a parameter that the document declares, and that the rule does not set."""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding
from rulebook.project.rdk_config.schema import nearest


def find(pair: Pair) -> Iterator[Finding]:
    """Find a resource parameter that cannot take the id."""
    name = pair.rule.remediation.resource_parameter
    if name not in pair.document.parameters:
        yield pair.finding(
            "remediation.resourceParameter",
            f"is {name}, which {pair.document.name} does not declare",
            nearest(name, pair.document.parameters),
        )
    elif name in pair.shared():
        yield pair.finding(
            "remediation.resourceParameter",
            f"is {name}, which the rule's parameter {pair.shared()[name][0]} sets already",
            "name another",
        )
