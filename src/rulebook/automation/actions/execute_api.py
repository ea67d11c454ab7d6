"""aws:executeAwsApi: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rulebook.automation import script_process
from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed

_SCRIPT = Path(__file__).parent.with_name("call_api.py")
_MAX_RESPONSE = (
    16 * 1024 * 1024
)  # bytes; the service documents no limit, this keeps a mistake from filling the memory


def call(inputs: Mapping[str, Any], context: Context, *without: str) -> Any:
    """Call the API that the inputs name, with all further inputs but ``without``, in a process of its own.

    Returns:
        The response as JSON: times in ISO 8601, bytes in base64.

    Raises:
        StepFailed: AWS, or boto3, refused the call.
    """
    arguments = {name: value for name, value in inputs.items() if name not in {"Service", "Api", *without}}
    events = {"Service": inputs["Service"], "Api": inputs["Api"], "Arguments": arguments}
    script = _SCRIPT.read_text(encoding="utf-8")
    ran = script_process.run(script, "call_api", events, context, max_output=_MAX_RESPONSE)
    if ran.error:
        raise StepFailed(f"{inputs['Service']} {inputs['Api']}: {ran.error.what}", ran.log)
    return ran.payload


class ExecuteAwsApi(StepRunner):
    """Call one API; the other inputs are its arguments."""

    name = "aws:executeAwsApi"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Offer the response to the step's selectors."""
        return Result(root=call(inputs, context))
