"""By hand, as in the Config console: publish a document, attach it, remediate one resource."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import evaluate_now, results_of_rule
from rulebook.operating.executions import attached_runbook, runbook_executions, wait_for_remediations
from rulebook.sandbox import KeySeed, Sandbox

ROOT = Path(__file__).parents[2]
KEYS = "ACCESS_KEYS_ROTATED_CUSTOM"
PATIENCE = timedelta(minutes=5)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def role(account: Sandbox) -> str:
    """Make a role by hand with what permissions.json lists, and return its ARN."""
    iam = account.client("iam")
    actions = json.loads((ROOT / "ssm_docs/DeleteStaleAccessKeys/permissions.json").read_text())
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }
    made = iam.create_role(RoleName="by-hand", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    iam.put_role_policy(RoleName="by-hand", PolicyName="keys", PolicyDocument=json.dumps(policy))
    return str(made["Arn"])


def test_a_document_attached_by_hand_remedies_the_one_resource_chosen(
    account: Sandbox, workspace: Workspace
) -> None:
    config, ssm, iam = (account.client(name) for name in ("config", "ssm", "iam"))
    chosen, other = (
        account.add_user(name, created=timedelta(days=300), keys=[KeySeed(timedelta(days=200))])
        for name in ("chosen", "other")
    )
    workspace.configure(KEYS, {}, trigger="manual")
    workspace.rdk("deploy", KEYS)
    built = (ROOT / "ssm_docs/DeleteStaleAccessKeys/DeleteStaleAccessKeys.json").read_text()
    ssm.create_document(Name="MyRunbook", Content=built, DocumentType="Automation", DocumentFormat="JSON")
    config.put_remediation_configurations(
        RemediationConfigurations=[
            {
                "ConfigRuleName": KEYS,
                "TargetType": "SSM_DOCUMENT",
                "TargetId": "MyRunbook",
                "Automatic": False,
                "Parameters": {
                    "IAMUserId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
                    "AutomationAssumeRole": {"StaticValue": {"Values": [role(account)]}},
                    "MaxAccessKeyAge": {"StaticValue": {"Values": ["90"]}},
                    "Action": {"StaticValue": {"Values": ["Deactivate"]}},
                },
            }
        ]
    )
    evaluate_now(config, [KEYS], PATIENCE)
    assert {one.resource_id: one.compliance for one in results_of_rule(config, KEYS)} == {
        chosen: "NON_COMPLIANT",
        other: "NON_COMPLIANT",
    }
    assert (
        config.describe_remediation_execution_status(ConfigRuleName=KEYS)["RemediationExecutionStatuses"]
        == []
    )

    config.start_remediation_execution(
        ConfigRuleName=KEYS, ResourceKeys=[{"resourceType": "AWS::IAM::User", "resourceId": chosen}]
    )
    assert wait_for_remediations(config, KEYS, [chosen], PATIENCE) == {chosen: "SUCCEEDED"}

    attached = attached_runbook(config, KEYS)
    assert attached
    [execution] = runbook_executions(ssm, [attached]).newest
    assert (execution.document, execution.outcome) == ("MyRunbook", "Deactivated")
    status = {
        name: [key["Status"] for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]]
        for name in ("chosen", "other")
    }
    assert status == {"chosen": ["Inactive"], "other": ["Active"]}
