"""Every parameter is a ``String`` that ``allowedPattern`` or ``allowedValues`` hold.

Config passes strings, and whoever may start the runbook decides what is in them. The role may be an
``AWS::IAM::Role::Arn``.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.house.assume_role import TYPES
from rulebook.authoring.checks.proved import ProvedDocument
from rulebook.finding import Finding
from rulebook.project.rdk_config import ROLE_PARAMETER

CODE = "parameter-form"

_HELD_BY = ("allowedPattern", "allowedValues")


def find(proved: ProvedDocument) -> Iterator[Finding]:
    """Find parameters of another type, and those that take any text."""
    for declared in proved.document.parameters:
        kind = declared["type"].text
        if kind not in (TYPES if declared.key == ROLE_PARAMETER else TYPES[:1]):
            yield declared.finding(f"is a {kind}", "declare it as a String")
        elif kind == TYPES[0] and not any(declared[one].exists for one in _HELD_BY):
            yield declared.finding("takes any text", "give it an allowedPattern or allowedValues")
