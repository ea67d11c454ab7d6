"""The name is one that SSM takes: 3 to 128 of ``a-zA-Z0-9_-.``, not beginning with aws, amazon or amzn.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html (Name)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

NAME = re.compile(r"[a-zA-Z0-9_.-]{3,128}")
RESERVED = ("aws", "amazon", "amzn")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a name that CreateDocument refuses."""
    if not NAME.fullmatch(document.name):
        yield document.finding(
            "the folder's name", f"is {document.name!r}", "use 3 to 128 letters, digits, _ - and ."
        )
    if document.name.lower().startswith(RESERVED):
        yield document.finding(
            "the folder's name",
            f"is {document.name!r}, and AWS keeps aws, amazon and amzn",
            "begin it otherwise",
        )
