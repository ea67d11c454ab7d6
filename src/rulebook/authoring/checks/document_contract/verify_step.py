"""After each step that changes something comes one named ``Verify...``, which only reads.

It reads again and fails where the requirement still is not met, because an answer of AWS is no proof.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.proved import ProvedDocument
from rulebook.automation import flow
from rulebook.finding import Finding

CODE = "verify-step"

NAME = "Verify"


def find(proved: ProvedDocument) -> Iterator[Finding]:
    """Find acting steps that nothing verifies, and verifying steps that act."""
    document = proved.document
    graph = flow.successors(document.node)
    names = {flow.name(step) for step in proved.acting}
    verifying = {
        name for step in document.steps() if (name := flow.name(step)).startswith(NAME) and name not in names
    }
    for step in proved.acting:
        if flow.name(step).startswith(NAME):
            yield step["name"].finding("changes something", "let a step that verifies only read")
        elif not verifying & flow.reached_from(flow.name(step), graph):
            yield step.finding(
                "changes something, and no step named Verify... reads again after it",
                "add one, or say why not: # rulebook: ignore[verify-step] reason",
            )
