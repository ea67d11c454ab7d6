"""A script is Python 3.11: otherwise the step fails when it is first needed, not when it is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rulebook.checks.authored import parse
from rulebook.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rulebook.checks.authored import AuthoredDocument


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find scripts that do not parse."""
    for script in document.scripts():
        parsed = parse(script.source)
        if isinstance(parsed, SyntaxError):
            yield Finding(
                script.file, f"line {parsed.lineno or 1}", f"no Python 3.11: {parsed.msg}", "mend it"
            )
