"""Every step can be reached from the first: one that cannot is believed in and never run."""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks import flow
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find steps that no path leads to."""
    (_, first), *others = document.steps()
    reached = flow.reached_from(first["name"], flow.successors(document)) | {first["name"]}
    for place, step in others:
        if step["name"] not in reached:
            yield document.finding(
                place, f"{step['name']} is never reached", "lead a step to it, or remove it"
            )
