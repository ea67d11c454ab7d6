"""What a document becomes when it is built: the authored content, each script cut to what its step needs."""

from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_slice import script_slice


def built_content(document: AuthoredDocument) -> Any:
    """Return the content of the built document.

    A script without its handler, or that does not parse, stays whole: other checks say so.
    """
    slices = {
        script.step.place: script_slice(script.source, script.handler.name)
        for script in document.scripts()
        if script.handler is not None
    }
    if not slices:
        return document.content
    steps = [_with_script(step.value, slices.get(step.place)) for step in document.node["mainSteps"]]
    return {**document.content, "mainSteps": steps}


def _with_script(step: dict[str, Any], script: str | None) -> dict[str, Any]:
    return step if script is None else {**step, "inputs": {**step["inputs"], "Script": script}}
