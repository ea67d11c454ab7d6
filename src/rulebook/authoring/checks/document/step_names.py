"""Step names are unique and of letters, digits and ``_``.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (common properties, name)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

NAME = re.compile(r"[a-zA-Z0-9_]+")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find names that are malformed or taken."""
    seen: set[str] = set()
    for place, step in document.steps():
        name = step["name"]
        if not NAME.fullmatch(name):
            yield document.finding(f"{place}.name", f"is {name!r}", "use letters, digits and _")
        if name in seen:
            yield document.finding(f"{place}.name", f"is {name}, as an earlier step's", "rename one of them")
        seen.add(name)
