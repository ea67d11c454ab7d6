"""A script imports the standard library, boto3, botocore and what botocore brings: nothing else is installed.

What an ``Attachment`` of the step holds is not known here.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.imports import INSTALLED, imports
from rulebook.finding import Finding

CODE = "script-imports"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find imports of anything else."""
    for script in document.scripts():
        if script.tree is None or script.inputs["Attachment"].exists:
            continue
        for node, module in imports(script.tree):
            if module.partition(".")[0] not in INSTALLED:
                yield script.finding_at(
                    node, f"imports {module or '.'}, which the service does not have", "do without it"
                )
