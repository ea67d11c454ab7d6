"""Every step can be reached from the first: one that cannot is believed in and never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rulebook.checks import flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rulebook.checks.authored import AuthoredDocument
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
