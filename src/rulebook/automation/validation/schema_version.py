"""schemaVersion is 0.3: the only version of Automation documents.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
"""

from collections.abc import Iterator

from rulebook.automation.language.limits import SCHEMA_VERSION
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "schema-version"


def find(document: Node) -> Iterator[Finding]:
    """Find another version."""
    version = document["schemaVersion"]
    if version.value != SCHEMA_VERSION:
        yield version.finding(f"is {version.value!r}", f'write "{SCHEMA_VERSION}"')
