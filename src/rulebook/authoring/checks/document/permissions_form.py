"""permissions.json is a sorted list of ``service:Action``, each once and none with a wildcard.

It becomes the role's policy as it stands, so a reviewer must be able to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a list of another form."""
    actions = document.permissions
    file = document.permissions_file
    if not isinstance(actions, list) or not all(isinstance(one, str) for one in actions):
        yield Finding(file, "top", "is no list of texts", 'write a list such as ["iam:GetUser"]')
        return
    for index, action in enumerate(actions):
        if not ACTION.fullmatch(action):
            yield Finding(file, f"[{index}]", f"is {action!r}", "write service:Action, without wildcards")
    if actions != sorted(set(actions)):
        yield Finding(file, "top", "is not sorted, or repeats itself", "sort it and keep each action once")
