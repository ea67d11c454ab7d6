"""``AWS::Config::RemediationConfiguration``: moto knows nothing of remediation."""

from typing import Any

from rulebook.sandbox.cloudformation.resource import StackResource, refusals_as_failures
from rulebook.sandbox.config import remediations, runs
from rulebook.sandbox.extensions import resource_type

NUMBERS = ("MaximumAutomaticAttempts", "RetryAttemptSeconds")
CONTROLS = ("ConcurrentExecutionRatePercentage", "ErrorPercentage")


@resource_type
class RemediationResource(StackResource):
    """What is attached to a rule, in a stack; its physical id is the name of that rule."""

    TYPE = "AWS::Config::RemediationConfiguration"

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,  # noqa: ARG003 - moto's signature
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> "RemediationResource":
        """Attach it."""
        configuration = converted(cloudformation_json["Properties"])
        with refusals_as_failures(cls.TYPE):
            runs.attach(account_id, region_name, [configuration])
        return cls(configuration["ConfigRuleName"])

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "RemediationResource":
        """Change it, or replace it if it moves to another rule."""
        resource = cls.create_from_cloudformation_json(
            new_resource_name, cloudformation_json, account_id, region_name
        )
        before = original_resource.physical_resource_id
        if before != resource.physical_resource_id:
            cls.delete_from_cloudformation_json(before, cloudformation_json, account_id, region_name)
        return resource

    @classmethod
    def delete_resource(cls, name: str, account_id: str, region: str) -> None:
        """Detach it; AWS refuses while it runs, and so does this."""
        remediations.delete_remediation(account_id, region, name)


def converted(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties with the types of the API.

    CloudFormation turns the text of a number or a boolean into one; parameters.json of rdk often has
    ``"60"``.
    """
    configuration = dict(properties)
    for name in NUMBERS:
        if name in configuration:
            configuration[name] = int(configuration[name])
    if "Automatic" in configuration:
        configuration["Automatic"] = str(configuration["Automatic"]).lower() == "true"
    controls = (configuration.get("ExecutionControls") or {}).get("SsmControls")
    if controls:
        numbers = {name: int(controls[name]) for name in CONTROLS if name in controls}
        configuration["ExecutionControls"] = {"SsmControls": numbers}
    return configuration
