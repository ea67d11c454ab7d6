"""Unmodified `rdk -f rdk_config.json deploy` takes what the build renders for a role that rdk does not make."""

import json
from typing import Any

from authoring.conftest import Sample
from rulebook.authoring import render as build
from rulebook.demo.rdk import run_rdk
from rulebook.sandbox import Sandbox
from rulebook.sandbox.rdk_waits import shortened
from sandbox.config.rdk_here import rdk_here

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def deployed(account: Sandbox, sample: Sample) -> dict[str, Any]:
    """Deploy the sample's rule and return the remediation configuration that Config holds then."""
    rules, environment = sample.project.root / "rules", account.environment() | shortened()
    rdk_here(["init"], rules, account.environment())
    run_rdk(["-f", str(sample.project.config), "deploy", "SAMPLE_RULE"], rules, environment)
    found = account.client("config").describe_remediation_configurations(ConfigRuleNames=["SAMPLE_RULE"])
    configuration: dict[str, Any] = found["RemediationConfigurations"][0]
    return configuration


def test_a_manual_remediation_with_the_scoped_role_deploys(sample: Sample) -> None:
    sample.configure("remediation.role", "scoped")
    sample.configure("remediation.trigger", "manual")
    build.build(sample.project)
    with Sandbox.start() as account:
        account.client("iam").create_role(
            Path="/rulebook/", RoleName="rulebook-TidySample", AssumeRolePolicyDocument=json.dumps(TRUST)
        )
        found = deployed(account, sample)
        content = account.client("ssm").get_document(Name=found["TargetId"])["Content"]
        roles = [role["RoleName"] for role in account.client("iam").list_roles()["Roles"]]
    assert found["Automatic"] is False
    assert found["Parameters"] == {
        "AutomationAssumeRole": {
            "StaticValue": {
                "Values": [f"arn:aws:iam::{account.account_id}:role/rulebook/rulebook-TidySample"]
            }
        },
        "SampleId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
        "MaxAge": {"StaticValue": {"Values": ["90"]}},
        "Action": {"StaticValue": {"Values": ["Delete"]}},
    }
    assert json.loads(content) == json.loads(sample.built[1].read_text(encoding="utf-8"))
    assert not [name for name in roles if "SAMPLERULERole" in name]
