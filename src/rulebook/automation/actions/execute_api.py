"""aws:executeAwsApi: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html."""

from collections.abc import Mapping
from typing import Any

from rulebook.automation.actions.base import Context, Result, StepContext, StepRunner
from rulebook.automation.failures import StepFailed
from rulebook.service_model import boto3_names


def call(inputs: Mapping[str, Any], context: Context, *without: str) -> Any:
    """Call the API that the inputs name, with all further inputs but ``without``, in another process.

    Returns:
        The response as JSON: times in ISO 8601, bytes in base64.

    Raises:
        StepFailed: AWS, or boto3, refused the call.
    """
    arguments = {name: value for name, value in inputs.items() if name not in {"Service", "Api", *without}}
    service, api = boto3_names(inputs["Service"], inputs["Api"])
    events = {"Service": service, "Api": api, "Arguments": arguments}
    assert context.caller  # noqa: S101 - a walk has one
    try:
        return context.caller.call(events, context)
    except StepFailed as error:
        raise StepFailed(f"{inputs['Service']} {inputs['Api']}: {error}") from error


class ExecuteAwsApi(StepRunner):
    """Call one API; the other inputs are its arguments."""

    name = "aws:executeAwsApi"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Offer the response to the step's selectors."""
        return Result(root=call(inputs, context))
