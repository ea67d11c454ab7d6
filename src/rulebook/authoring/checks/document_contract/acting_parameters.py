"""Every parameter but the role reaches a step that changes something, or a step that runs before one.

What only the verifying step knows, the acting one acted without.
"""

from collections import defaultdict
from collections.abc import Iterator

from rulebook.authoring.checks.proved import ProvedDocument
from rulebook.automation import flow
from rulebook.automation.references import document_references
from rulebook.finding import Finding
from rulebook.project.rdk_config import ROLE_PARAMETER

CODE = "acting-parameters"


def find(proved: ProvedDocument) -> Iterator[Finding]:
    """Find parameters that only later steps read; those that nothing reads are told of elsewhere."""
    document = proved.document
    acting = {flow.name(step) for step in proved.acting}
    graph = flow.successors(document.node)
    readers: dict[str, set[str]] = defaultdict(set)
    for step, reference in document_references(document.node):
        readers[reference.name].add(step)
    for declared in document.parameters:
        steps = readers[declared.key] - {""}
        reached = steps.union(*(flow.reached_from(step, graph) for step in steps))
        if declared.key != ROLE_PARAMETER and acting and steps and not reached & acting:
            problem = f"reaches {', '.join(sorted(steps))}, and no step that changes something"
            yield declared.finding(problem, "pass it to the step that acts too")
