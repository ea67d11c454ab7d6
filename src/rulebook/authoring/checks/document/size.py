"""The document fits the service: 64 KB, with room for the parameters of a run, which count too.

https://docs.aws.amazon.com/general/latest/gr/ssm.html (Automation: document size)
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.built import built_content
from rulebook.authoring.checks.rendering import to_json
from rulebook.finding import Finding

LIMIT = 64 * 1024
PARAMETERS = 25 * 256  # what Config may pass at most


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a document that is too large, or would be with the longest parameters."""
    size = len(to_json(built_content(document)).encode())
    if size > LIMIT:
        yield document.finding("top", f"is {size} bytes as JSON, the limit is {LIMIT}", "shorten the scripts")
    elif size > LIMIT - PARAMETERS:
        yield document.finding(
            "top",
            f"is {size} bytes as JSON and leaves {LIMIT - size} of {LIMIT} to the parameters of a run",
            f"keep {PARAMETERS} free",
            "warning",
        )
