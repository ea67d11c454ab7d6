"""A document that changes something takes ``DryRun``: ``"true"`` or ``"false"``, which is the default."""

from collections.abc import Iterator

from rulebook.authoring.checks.proved import ProvedDocument
from rulebook.finding import Finding

CODE = "dry-run"

_VALUES = ["false", "true"]


def find(proved: ProvedDocument) -> Iterator[Finding]:
    """Find a document without it, or with another one."""
    declared = proved.document.parameters["DryRun"]
    allowed = declared["allowedValues"]
    if not proved.acting:
        return
    if not declared.exists:
        cure = 'declare it: a String, default "false", allowedValues ["true", "false"]'
        yield proved.document.parameters.finding("do not have DryRun", cure)
        return
    if declared["default"].value != "false":
        yield declared["default"].finding('is not "false"', "let a run act unless it is told not to")
    if not isinstance(allowed.value, list) or sorted(map(str, allowed.value)) != _VALUES:
        yield allowed.finding('are not "true" and "false"', "allow these two")
