"""Step outputs are unique, of a known type, and select by JSONPath.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-outputs-inputs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

TYPES = ("String", "StringList", "StringMap", "Integer", "Boolean", "MapList")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find outputs that the service would refuse."""
    for step_place, step in document.steps():
        seen: set[str] = set()
        for index, output in enumerate(step.get("outputs", [])):
            place = f"{step_place}.outputs[{index}]"
            if output["Name"] in seen:
                yield document.finding(f"{place}.Name", f"is {output['Name']} again", "rename one of them")
            seen.add(output["Name"])
            if output.get("Type", "String") not in TYPES:
                yield document.finding(
                    f"{place}.Type", f"is {output['Type']}", f"use one of {', '.join(TYPES)}"
                )
            if not output["Selector"].startswith("$"):
                yield document.finding(
                    f"{place}.Selector",
                    f"is {output['Selector']!r}",
                    "begin it with $, as in $.Payload.Outcome",
                )
