"""A script names nothing of its document in ``{{ }}``: text of parameters put into code is an injection.

Values reach a script by InputPayload only. Other braces are code and stay as they are.
"""

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

CODE = "script-interpolation"
_BRACES = re.compile(r"\{\{\s*([\w.:-]+)\s*\}\}")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find every line with a reference that the service replaces."""
    known = document.names_in_scripts()
    for script in document.scripts():
        for number, line in enumerate(script.source.splitlines(), start=1):
            for match in _BRACES.finditer(line):
                if match[1] in known:
                    yield script.finding(
                        number,
                        match.start() + 1,
                        f"holds {match[0]}, which the service replaces in the code",
                        "pass the value by InputPayload",
                    )
