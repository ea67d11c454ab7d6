"""permissions.json lists exactly the actions that the code beside it calls: no more, no less.

One too few fails the rule or the runbook when it is needed; one too many is a right that nobody needs.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.granted import Granted
from rulebook.finding import Finding
from rulebook.project.permissions import is_action

CODE = "permissions-calls"


def find(granted: Granted) -> Iterator[Finding]:
    """Find actions that are missing and actions that nothing calls."""
    if not isinstance(granted.permissions.value, list) or granted.called is None:
        return  # other checks tell of either
    stated = {one.text for one in granted.permissions}
    for action in sorted(granted.called - stated):
        yield granted.permissions.finding(f"lacks {action}, which is called", "add it")
    for one in granted.permissions:
        if is_action(one.text) and one.text not in granted.called:
            yield one.finding(f"is {one.text}, which nothing calls", _cure(granted.slips.get(one.text)))


def _cure(slip: tuple[str, str] | None) -> str:
    return f"write {slip[1]} instead of {slip[0]} in the script" if slip else "remove it"
