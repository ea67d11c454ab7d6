"""The name is one that SSM takes: 3 to 128 of ``a-zA-Z0-9_-.``, not beginning with aws, amazon or amzn.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html (Name)
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.language.limits import DOCUMENT_NAME, RESERVED_NAMES
from rulebook.finding import Finding

CODE = "document-name"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a name that CreateDocument refuses."""
    name, top = document.name, document.node
    if name and not DOCUMENT_NAME.fullmatch(name):
        yield top.finding(f"is in the folder {name!r}", "name it with 3 to 128 letters, digits, _ - and .")
    if name.lower().startswith(RESERVED_NAMES):
        yield top.finding(
            f"is in the folder {name!r}, and AWS keeps aws, amazon and amzn", "begin the name otherwise"
        )
