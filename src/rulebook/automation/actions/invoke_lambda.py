"""aws:invokeLambdaFunction.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-lamb.html
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed

_AS_THEY_ARE = ("FunctionName", "ClientContext", "InvocationType", "LogType", "Qualifier")
_SHOWN = 500  # characters of a function's error


class InvokeLambdaFunction(StepRunner):
    """Call a function; selectors look into what it returned, as in the example of the page of aws:loop."""

    name = "aws:invokeLambdaFunction"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Invoke; a function that raises fails the step."""
        given = inputs.get("InputPayload", inputs.get("Payload"))
        answer = calling.ask(
            context,
            "lambda",
            "Invoke",
            **{name: inputs[name] for name in _AS_THEY_ARE if inputs.get(name)},
            Payload=None if given is None else calling.as_api_text(given),
        )
        payload = base64.b64decode(answer.get("Payload", "")).decode(errors="replace")
        log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
        if error := answer.get("FunctionError"):
            raise StepFailed(f"the function ended with {error}: {payload[:_SHOWN]}", log)
        returned = _parsed(payload)
        outputs = {
            "StatusCode": answer["StatusCode"],
            "FunctionError": "",
            "LogResult": log,
            "Payload": payload,
            "OutputPayload": {"Payload": returned},
        }
        inner = returned if isinstance(returned, dict) else {}
        return Result(root={**outputs, "Payload": returned, **inner}, outputs=outputs, log=log)


def _parsed(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload
