"""permissions.json is a sorted list of actions that IAM has, each once and none with a wildcard."""

from collections.abc import Iterator

from rulebook.authoring.checks.granted import Granted
from rulebook.finding import Finding
from rulebook.project.permissions import problems

CODE = "permissions-form"


def find(granted: Granted) -> Iterator[Finding]:
    """Find a list of another form."""
    yield from problems(granted.permissions)
