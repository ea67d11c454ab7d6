"""The document leaves room for the parameters that Config passes: they count towards the service's 64 KB.

https://docs.aws.amazon.com/general/latest/gr/ssm.html (Automation: document size). What counts here is the
built file, with its blanks and each script cut to what its step needs.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.built import built_content
from rulebook.authoring.checks.rendering import to_json
from rulebook.automation.language.limits import DOCUMENT
from rulebook.automation.parameters import json_size as compact_size
from rulebook.finding import Finding
from rulebook.limits import REMEDIATION_PARAMETERS, STATIC_VALUE

CODE = "parameter-room"

RIGHT = """\
description: Waits
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole:
    type: AWS::IAM::Role::Arn
"""
WRONG = RIGHT.replace("Waits", "Waits and " * 6_000)

PARAMETERS = REMEDIATION_PARAMETERS * STATIC_VALUE  # what Config may pass at most


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a document that is too large, or would be with the longest parameters."""
    content = built_content(document)
    if compact_size(content) > DOCUMENT:
        return  # the service's own limit, which is checked for every document
    size = len(to_json(content).encode())
    if size > DOCUMENT:
        yield document.node.finding(
            f"is {size} bytes as built, {DOCUMENT} are allowed", "shorten the scripts"
        )
    elif size > DOCUMENT - PARAMETERS:
        yield document.node.finding(
            f"is {size} bytes as built and leaves {DOCUMENT - size} of {DOCUMENT} to the parameters of a run",
            f"keep {PARAMETERS} free",
            "warning",
        )
