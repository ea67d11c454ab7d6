"""A script step passes exactly the values that its handler reads.

One too few is a KeyError when the runbook is needed; one too many is a parameter that an operator sets in
vain.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_reads import payload_reads
from rulebook.finding import Finding


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find values that are missing, and values that nothing reads if all reads could be followed."""
    for script in document.scripts():
        payload = script.inputs.get("InputPayload", {})
        if not (script.tree and script.handler and script.handler.args.args and isinstance(payload, dict)):
            continue
        reads = payload_reads(script.tree, script.handler)
        place = f"{script.place}.inputs.InputPayload"
        for key in sorted(reads.needed - set(payload)):
            yield document.finding(place, f"lacks {key}, which {script.handler.name} reads", "pass it")
        unread = set(payload) - reads.needed - reads.optional if reads.complete else set()
        for key in sorted(unread):
            yield document.finding(
                f"{place}.{key}", f"is passed, but {script.handler.name} does not read it", "remove it"
            )
