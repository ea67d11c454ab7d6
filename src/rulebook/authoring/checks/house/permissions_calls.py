"""permissions.json lists exactly the actions that the scripts and API steps call: no more, no less.

One too few fails the runbook when it is needed; one too many is a right that nobody needs.
"""

from collections.abc import Iterator
from dataclasses import replace

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.calls import actions_called, misspelt_calls
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "permissions-calls"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find actions that are missing and actions that nothing calls."""
    permissions = Node(document.permissions)
    parsed = all(script.tree for script in document.scripts())
    if not isinstance(permissions.value, list) or not parsed:
        return  # other checks tell of either
    called = actions_called(document)
    found = [
        permissions.finding(f"lacks {action}, which is called", "add it")
        for action in sorted(called - {one.text for one in permissions})
    ]
    slips = misspelt_calls(document)
    found += [
        one.finding(f"is {one.text}, which nothing calls", _cure(slips.get(one.text)))
        for one in permissions
        if one.text and one.text not in called
    ]
    yield from (replace(finding, file=document.permissions_file) for finding in found)


def _cure(slip: tuple[str, str] | None) -> str:
    return f"write {slip[1]} instead of {slip[0]} in the script" if slip else "remove it"
