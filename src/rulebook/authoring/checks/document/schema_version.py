"""schemaVersion is 0.3: the only version of Automation documents.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

VERSION = "0.3"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find another version."""
    version = document.content["schemaVersion"]
    if version != VERSION:
        yield document.finding("schemaVersion", f"is {version!r}", f'write "{VERSION}"')
