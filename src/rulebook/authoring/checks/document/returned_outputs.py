"""A script step's outputs are what its handler returns.

An output that a path of the handler does not return is empty on the service, and whatever reads it fails
or is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_returns import returned_keys
from rulebook.finding import Finding

SELECTOR = re.compile(r"\$\.Payload(?:\.([A-Za-z0-9_]+)|\b)")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find outputs that the handler does not always return, where that can be told."""
    for script in document.scripts():
        if not (script.tree and script.handler):
            continue
        returned = returned_keys(script.tree, script.handler)
        for index, output in enumerate(script.step.get("outputs", [])):
            place = f"{script.place}.outputs[{index}].Selector"
            match = SELECTOR.match(output["Selector"])
            if match is None:
                yield document.finding(
                    place,
                    f"is {output['Selector']!r}",
                    "begin it with $.Payload, which is what the handler returns",
                )
            elif (
                match[1]
                and returned is not None
                and not all(match[1] in keys for keys in returned or [frozenset[str]()])
            ):
                yield document.finding(
                    place,
                    f"selects {match[1]}, which {script.handler.name} does not return in every case",
                    "return it",
                )
