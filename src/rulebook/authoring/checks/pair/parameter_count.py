"""Config passes at most 25 parameters to a document.

https://docs.aws.amazon.com/config/latest/APIReference/API_RemediationConfiguration.html (Parameters)
"""

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding
from rulebook.limits import REMEDIATION_PARAMETERS

CODE = "parameter-count"


def find(pair: Pair) -> Iterator[Finding]:
    """Find more than it takes."""
    count = len(pair.parameters_json["Parameters"]["Remediation"]["Parameters"])
    if count > REMEDIATION_PARAMETERS:
        yield pair.entry["remediation"]["parameters"].finding(
            f"make {count} parameters with the role, the resource id and the rule's; Config takes "
            f"{REMEDIATION_PARAMETERS}",
            "rely on the document's defaults for some",
        )
