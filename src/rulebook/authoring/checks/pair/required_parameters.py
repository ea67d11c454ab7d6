"""Every parameter of the document without a default gets a value: otherwise no remediation can start."""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding


def find(pair: Pair) -> Iterator[Finding]:
    """Find required parameters that nothing sets."""
    given = set(pair.parameters_json["Parameters"]["Remediation"]["Parameters"])
    if pair.rule.remediation.resource_parameter not in pair.document.parameters:
        return  # resource_parameter tells of it; whatever then has no value may be the one that is meant
    for name, declared in pair.document.parameters.items():
        if "default" not in declared and name not in given:
            yield pair.finding(
                "remediation.parameters",
                f"do not set {name}, for which {pair.document.name} has no default",
                f"add it, or give {name} a default",
            )
