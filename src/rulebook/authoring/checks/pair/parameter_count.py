"""Config passes at most 25 parameters to a document.

https://docs.aws.amazon.com/config/latest/APIReference/API_RemediationConfiguration.html (Parameters)
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding

LIMIT = 25


def find(pair: Pair) -> Iterator[Finding]:
    """Find more than it takes."""
    count = len(pair.parameters_json["Parameters"]["Remediation"]["Parameters"])
    if count > LIMIT:
        yield pair.finding(
            "remediation.parameters",
            f"make {count} parameters with the role, the resource id and the rule's; Config takes {LIMIT}",
            "rely on the document's defaults for some",
        )
