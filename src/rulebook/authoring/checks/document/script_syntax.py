"""A script is Python 3.11: otherwise the step fails when it is first needed, not when it is deployed."""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument, parse
from rulebook.finding import Finding

CODE = "script-syntax"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find scripts that do not parse."""
    for script in document.scripts():
        parsed = parse(script.code)
        if isinstance(parsed, SyntaxError):
            yield script.finding(
                parsed.lineno or 1, parsed.offset or 1, f"is no Python 3.11: {parsed.msg}", "mend it"
            )
