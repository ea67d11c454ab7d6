"""Every ``{{ reference }}`` resolves: to a parameter, an output of an earlier step, or a system variable.

The service finds an unresolved one only when the step runs. System variables:
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-variables.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulebook.authoring.checks import flow
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.references import Reference, references
from rulebook.finding import Finding
from rulebook.project.rdk_config.schema import nearest

SYSTEM = {
    "global:ACCOUNT_ID",
    "global:AWS_PARTITION",
    "global:DATE",
    "global:DATE_TIME",
    "global:REGION",
    "automation:EXECUTION_ID",
}
# Outputs that a step has without declaring them. Other actions have some of their own: nothing is said there.
IMPLICIT = {"aws:executeScript": {"Payload", "OutputPayload"}, "aws:executeAwsApi": set[str]()}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find references to what does not exist, or not yet."""
    steps = {step["name"]: step for _, step in document.steps()}
    graph = flow.successors(document)
    for reference in references(document):
        if problem := _problem(document, reference, steps):
            yield document.finding(reference.place, *problem)
            continue
        source = reference.name.partition(".")[0]
        if (
            source in steps
            and "." in reference.name
            and reference.step not in flow.reached_from(source, graph)
        ):
            yield document.finding(
                reference.place, f"reads {reference.name}, which runs later", "read an earlier step"
            )


def _problem(
    document: AuthoredDocument, reference: Reference, steps: dict[str, dict[str, Any]]
) -> tuple[str, str] | None:
    name = reference.name
    if not name:
        return "opens a {{ that holds no name or is never closed", "write {{ name }}"
    prefix, colon, rest = name.partition(":")
    if colon:
        return _of_a_namespace(document, name, prefix, rest)
    step, dot, output = name.partition(".")
    if not dot:
        return _of_a_parameter(document, name)
    if step not in steps:
        return f"reads {name}, and no step is called {step}", nearest(step, steps)
    known = outputs_of(steps[step])
    if known is None or output.partition(".")[0] in known:
        return None
    return f"reads {name}, which {step} does not declare", nearest(output, known)


def _of_a_parameter(document: AuthoredDocument, name: str) -> tuple[str, str] | None:
    if name in document.parameters:
        return None
    return f"reads {name}, which is no parameter", nearest(name, document.parameters)


def _of_a_namespace(document: AuthoredDocument, name: str, prefix: str, rest: str) -> tuple[str, str] | None:
    if name in SYSTEM or prefix == "ssm":
        return None
    if prefix == "variable":
        variables = document.content.get("variables", {})
        return (
            None if rest in variables else (f"reads {name}, which is not declared", nearest(rest, variables))
        )
    return f"reads {name}, which is no system variable", nearest(name, SYSTEM)


def outputs_of(step: dict[str, Any]) -> set[str] | None:
    """Return the outputs of a step, or None if its action has outputs that are not listed here."""
    implicit = IMPLICIT.get(step["action"])
    if implicit is None:
        return None
    return implicit | {output["Name"] for output in step.get("outputs", [])}
