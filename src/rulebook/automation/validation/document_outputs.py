"""Every output of the document is one that a step has.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
(outputs)
"""

from collections.abc import Iterator

from rulebook.automation.outputs import by_step
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import nearest

CODE = "document-outputs"


def find(document: Node) -> Iterator[Finding]:
    """Find outputs of steps that do not exist, or do not have them."""
    known = by_step(document)
    if not known:
        return
    all_known = [f"{step}.{output}" for step, outputs in known.items() for output in outputs]
    for output in document["outputs"]:
        step, _, name = output.text.partition(".")
        if name not in known.get(step, ()):
            yield output.finding(f"is {output.text}, which no step declares", nearest(output.text, all_known))
