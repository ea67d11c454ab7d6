"""Every parameter of the document without a default gets a value: otherwise no remediation can start."""

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding

CODE = "required-parameters"


def find(pair: Pair) -> Iterator[Finding]:
    """Find required parameters that nothing sets."""
    given = set(pair.parameters_json["Parameters"]["Remediation"]["Parameters"])
    if not pair.document.parameters[pair.rule.remediation.resource_parameter].exists:
        return  # resource_parameter tells of it; whatever then has no value may be the one that is meant
    for declared in pair.document.parameters:
        name = declared.key
        if not declared["default"].exists and name not in given:
            yield pair.entry["remediation"]["parameters"].finding(
                f"do not set {name}, for which {pair.document.name} has no default",
                f"add it, or give {name} a default",
            )
