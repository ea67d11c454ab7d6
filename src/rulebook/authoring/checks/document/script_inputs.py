"""A script step has a Script, a Handler and the runtime python3.11; a payload is an object.

Python 3.6 to 3.9 are refused since September 2025, and later ones than 3.11 are not documented.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument, ScriptStep
from rulebook.finding import Finding
from rulebook.project.rdk_config.schema import nearest

RUNTIME = "python3.11"
INPUTS = {"Runtime", "Handler", "InputPayload", "Script", "Attachment"}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find script steps that lack something or have something unknown."""
    for script in document.scripts():
        place = f"{script.place}.inputs"
        runtime = script.inputs.get("Runtime")
        if runtime != RUNTIME:
            yield document.finding(f"{place}.Runtime", f"is {runtime!r}", f"write {RUNTIME}")
        for key in ("Handler", "Script"):
            if not isinstance(script.inputs.get(key), str) or not script.inputs[key].strip():
                yield document.finding(
                    f"{place}.{key}",
                    "is missing or no text",
                    'write Script: "@<file>.py"' if key == "Script" else "name a function of the script",
                )
        yield from _others(document, script, place)


def _others(document: AuthoredDocument, script: ScriptStep, place: str) -> Iterator[Finding]:
    for key in set(script.inputs) - INPUTS:
        yield document.finding(f"{place}.{key}", "is no input of aws:executeScript", nearest(key, INPUTS))
    if not isinstance(script.inputs.get("InputPayload", {}), dict):
        yield document.finding(f"{place}.InputPayload", "is no object", "write one key for each value")
