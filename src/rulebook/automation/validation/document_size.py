"""The document fits the service: 64 KB.

https://docs.aws.amazon.com/general/latest/gr/ssm.html (Automation: document size). Whether the service counts
blanks is not documented; here they do not count.
"""

from collections.abc import Iterator

from rulebook.automation.language.limits import DOCUMENT
from rulebook.automation.parameters import json_size
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "document-size"

RIGHT = "description: Waits\n"
WRONG = f"description: {'Waits and ' * 7_000}\n"


def find(document: Node) -> Iterator[Finding]:
    """Find a document that is too large."""
    if (found := json_size(document.value)) > DOCUMENT:
        yield document.finding(f"has {found} bytes as JSON, {DOCUMENT} are allowed", "shorten the scripts")
