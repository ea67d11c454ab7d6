"""The resource id goes to a parameter that the document declares, and that the rule does not set."""

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding
from rulebook.wording import nearest

CODE = "resource-parameter"


def find(pair: Pair) -> Iterator[Finding]:
    """Find a resource parameter that cannot take the id."""
    name = pair.rule.remediation.resource_parameter
    written = pair.entry["remediation"]["resourceParameter"]
    if not pair.document.parameters[name].exists:
        yield written.finding(
            f"is {name}, which {pair.document.name} does not declare",
            nearest(name, pair.document.parameters.names()),
        )
    elif name in pair.shared():
        yield written.finding(
            f"is {name}, which the rule's parameter {pair.shared()[name][0]} sets already",
            "name another",
        )
