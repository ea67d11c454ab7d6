"""A script is Python 3.11: otherwise the step fails when it is first needed, not when it is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument, parse
from rulebook.finding import Finding


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find scripts that do not parse."""
    for script in document.scripts():
        parsed = parse(script.source)
        if isinstance(parsed, SyntaxError):
            yield Finding(
                script.file, f"line {parsed.lineno or 1}", f"no Python 3.11: {parsed.msg}", "mend it"
            )
