"""permissions.json is a sorted list of ``service:Action``, each once and none with a wildcard.

It becomes the role's policy as it stands, so a reviewer must be able to read it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "permissions-form"

ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a list of another form."""
    found = _problems(Node(document.permissions))
    yield from (replace(finding, file=document.permissions_file) for finding in found)


def _problems(permissions: Node) -> Iterator[Finding]:
    actions = [one.value for one in permissions]
    if not isinstance(permissions.value, list) or not all(isinstance(one, str) for one in actions):
        yield permissions.finding("is no list of texts", 'write a list such as ["iam:GetUser"]')
        return
    for one in permissions:
        if not ACTION.fullmatch(one.text):
            yield one.finding(f"is {one.text!r}", "write service:Action, without wildcards")
    if actions != sorted(set(actions)):
        yield permissions.finding("is not sorted, or repeats itself", "sort it and keep each action once")
