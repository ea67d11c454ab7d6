"""Every output of the document is one that a step declares.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
(outputs)
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.document.reference_targets import outputs_of
from rulebook.finding import Finding
from rulebook.project.rdk_config.schema import nearest


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find outputs of steps that do not exist, or do not have them."""
    known = {step["name"]: outputs_of(step) for _, step in document.steps()}
    all_known = [f"{step}.{output}" for step, outputs in known.items() for output in outputs or ()]
    for index, output in enumerate(document.content.get("outputs", [])):
        step, _, name = output.partition(".")
        declared = known.get(step, set())
        if declared is not None and name not in declared:
            yield document.finding(
                f"outputs[{index}]", f"is {output}, which no step declares", nearest(output, all_known)
            )
