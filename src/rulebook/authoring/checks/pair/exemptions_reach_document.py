"""Exempt users are exempt from the remedy too: the document has ExemptUsers if the rule exempts anybody."""

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding
from rulebook.project.names import parameter_of_document
from rulebook.project.rdk_config.model import EXEMPT_USERS

CODE = "exemptions-reach-document"


def find(pair: Pair) -> Iterator[Finding]:
    """Find exemptions that the runbook would not know."""
    parameter = parameter_of_document(EXEMPT_USERS)
    if pair.rule.exemptions and not pair.document.parameters[parameter].exists:
        yield pair.entry["exemptions"].finding(
            f"cannot reach {pair.document.name}: it has no parameter {parameter}",
            "remove them, or give it one",
        )
