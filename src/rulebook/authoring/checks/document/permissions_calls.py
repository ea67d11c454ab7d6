"""permissions.json lists exactly the actions that the scripts and API steps call: no more, no less.

One too few fails the runbook when it is needed; one too many is a right that nobody needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.calls import actions_called, misspelt_calls
from rulebook.finding import Finding


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find actions that are missing and actions that nothing calls."""
    parsed = all(script.tree for script in document.scripts())
    if not isinstance(document.permissions, list) or not parsed:
        return  # other checks tell of either
    granted = {one for one in document.permissions if isinstance(one, str)}
    called = actions_called(document)
    for action in sorted(called - granted):
        yield Finding(document.permissions_file, "top", f"lacks {action}, which is called", "add it")
    slips = misspelt_calls(document)
    for action in sorted(granted - called):
        cure = (
            "write {1} instead of {0} in the script".format(*slips[action])
            if action in slips
            else "remove it"
        )
        yield Finding(document.permissions_file, "top", f"has {action}, which nothing calls", cure)
