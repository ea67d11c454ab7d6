"""A document's ``DryRun`` reaches each step that acts: one that it does not reach acts in every dry run.

A step acts if its script (what its handler needs of it) or its API calls what AWS does not class as List or
Read. ``DryRun`` reaches it if its payload (an API step: its own input ``DryRun``) is exactly ``{{ DryRun }}``
somewhere, or if every way to it leads through an aws:branch that looks at ``DryRun``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument, parse
from rulebook.authoring.checks.calls import api_actions, script_actions
from rulebook.authoring.checks.flow import reached_from, successors
from rulebook.authoring.checks.script_slice import script_slice
from rulebook.finding import Finding
from rulebook.iam import only_looks

_DRY_RUN = re.compile(r"\{\{\s*DryRun\s*\}\}")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find the acting steps that a dry run does not hold back."""
    if "DryRun" not in document.parameters:
        return
    unguarded = _reached_without_a_look(document)
    acting = _acting(document)
    for place, step in document.steps():
        writes = sorted(action for action in acting[place] if not only_looks(action))
        if writes and step["name"] in unguarded and not _is_told(step):
            yield document.finding(
                place,
                f"calls {', '.join(writes)} and is not told DryRun, so it acts in a dry run too",
                'pass DryRun: "{{ DryRun }}" to it, or lead to it through an aws:branch on DryRun',
            )


def _acting(document: AuthoredDocument) -> dict[str, set[str]]:
    actions = {place: api_actions(step) for place, step in document.steps()}
    for script in document.scripts():
        handler = script.inputs.get("Handler")
        if script.tree and script.handler:
            tree = parse(script_slice(script.source, str(handler)))
            actions[script.place] = script_actions(tree if not isinstance(tree, SyntaxError) else script.tree)
    return actions


def _is_told(step: dict[str, Any]) -> bool:
    inputs = step.get("inputs", {})
    if step["action"] != "aws:executeScript":
        return bool(_DRY_RUN.fullmatch(str(inputs.get("DryRun", "")).strip()))
    payload = inputs.get("InputPayload", {})
    values = payload.values() if isinstance(payload, dict) else ()
    return any(isinstance(value, str) and _DRY_RUN.fullmatch(value.strip()) for value in values)


def _reached_without_a_look(document: AuthoredDocument) -> set[str]:
    """Return the steps that can run although no branch has looked at DryRun."""
    looking = {
        step["name"]
        for _, step in document.steps()
        if step["action"] == "aws:branch" and _DRY_RUN.search(json.dumps(step.get("inputs", {}), default=str))
    }
    graph = {name: after for name, after in successors(document).items() if name not in looking}
    first = next(step["name"] for _, step in document.steps())
    return {first} | reached_from(first, graph)
