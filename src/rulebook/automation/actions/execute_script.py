"""aws:executeScript: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.automation import script_process
from rulebook.automation.actions.base import Action, Context, Result, missing, unknown
from rulebook.automation.failures import StepFailed

RUNTIME = "python3.11"
MAX_OUTPUT = 100 * 1024  # bytes of the returned value as JSON
MAX_ITEMS = 100  # of each list in it; the service drops the rest without a word


class ExecuteScript(Action):
    """Call the handler of a script, which runs in a process of its own under this Python."""

    name = "aws:executeScript"
    max_seconds = 600
    default_outputs = frozenset({"OutputPayload", "Payload"})
    has_root = True

    def problems(self, inputs: Mapping[str, Any]) -> Iterator[str]:
        """Refuse other runtimes as the service does, and what only the service can run."""
        yield from missing(inputs, "Runtime", "Handler", "Script")
        yield from unknown(inputs, "Runtime", "Handler", "Script", "InputPayload")
        runtime = inputs.get("Runtime", RUNTIME)
        if runtime != RUNTIME:
            why = "is not run here" if "PowerShell" in str(runtime) else "is not accepted"
            yield f"inputs.Runtime {runtime!r} {why}; only {RUNTIME} is"
        handler = inputs.get("Handler", "handler")
        if not isinstance(handler, str) or not handler.isidentifier():
            yield f"inputs.Handler {handler!r} is not the name of a function"
        if not isinstance(inputs.get("Script", ""), str):
            yield "inputs.Script must be one string"
        if not isinstance(inputs.get("InputPayload", {}), dict):
            yield "inputs.InputPayload must be a map"

    def run(self, inputs: Mapping[str, Any], context: Context) -> Result:
        """Return the handler's value as ``Payload``."""
        ran = script_process.run(
            inputs["Script"],
            inputs["Handler"],
            inputs.get("InputPayload", {}),
            context,
            max_output=MAX_OUTPUT,
        )
        if ran.error:
            raise StepFailed(str(ran.error), ran.log)
        payload = _cut(ran.payload)
        root = {"Payload": payload}
        return Result(root=root, outputs={"OutputPayload": root, "Payload": payload}, log=ran.log)


def _cut(value: Any) -> Any:
    """Return the value with every list cut as the service cuts it."""
    if isinstance(value, list):
        return [_cut(item) for item in value[:MAX_ITEMS]]
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in value.items()}
    return value
