"""Every jump goes to a step that exists, and onFailure and onCancel say something the service knows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (common properties)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulebook.authoring.checks import flow
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding
from rulebook.project.rdk_config.schema import nearest

REACTIONS = ("Abort", "Continue")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find jumps to nowhere and reactions that do not exist."""
    names = {step["name"] for _, step in document.steps()}
    for place, step in document.steps():
        for where, target in flow.jumps(place, step):
            if target not in names:
                yield document.finding(where, f"goes to {target}, which is no step", nearest(target, names))
        yield from _reactions(document, place, step)


def _reactions(document: AuthoredDocument, place: str, step: dict[str, Any]) -> Iterator[Finding]:
    for key in ("onFailure", "onCancel"):
        reaction = step.get(key, "Abort")
        if reaction not in REACTIONS and not reaction.startswith(flow.STEP):
            yield document.finding(
                f"{place}.{key}", f"is {reaction!r}", f"use {', '.join(REACTIONS)} or step:<name>"
            )
    if step.get("isEnd") and "nextStep" in step:
        yield document.finding(f"{place}.isEnd", "ends the run, and nextStep goes on", "keep one of the two")
