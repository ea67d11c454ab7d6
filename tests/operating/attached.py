# ruff: noqa: INP001 - tests are no package
"""Attaches the key runbook to its rule in the embedded account, as rdk or a person in the console does."""

import json

from rulebook.sandbox import Sandbox

from .conftest import KEY_RULE, ROOT, publish

DOCUMENT = "Rulebook-DeleteStaleAccessKeys"
ROLE = "arn:aws:iam::123456789012:role/rulebook/rulebook-DeleteStaleAccessKeys"


def attach(account: Sandbox) -> None:
    """Publish the documents, create a rule (a managed one: nobody evaluates it here), attach the runbook."""
    publish(account, ROOT)
    config = account.client("config")
    source = {"Owner": "AWS", "SourceIdentifier": "ACCESS_KEYS_ROTATED"}
    limit = json.dumps({"maxAccessKeyAge": "90"})
    config.put_config_rule(
        ConfigRule={"ConfigRuleName": KEY_RULE, "Source": source, "InputParameters": limit}
    )
    parameters = {
        "AutomationAssumeRole": {"StaticValue": {"Values": [ROLE]}},
        "IAMUserId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
    }
    config.put_remediation_configurations(
        RemediationConfigurations=[
            {
                "ConfigRuleName": KEY_RULE,
                "TargetType": "SSM_DOCUMENT",
                "TargetId": DOCUMENT,
                "Parameters": parameters,
            }
        ]
    )
