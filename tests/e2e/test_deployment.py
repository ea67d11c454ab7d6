"""A deployment's life: deployed, remedied automatically, redeployed with another threshold, undeployed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import RuleFailed, evaluate_now, results_of_rule
from rulebook.operating.executions import attached_runbook, runbook_executions, wait_for_remediations
from rulebook.sandbox import KeySeed, Sandbox

KEYS, POLICY = "ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM"
PATIENCE = timedelta(minutes=5)
YEAR = timedelta(days=400)


def days(number: int) -> KeySeed:
    return KeySeed(timedelta(days=number), last_used=timedelta(days=1))


def judged(account: Sandbox, rule: str) -> dict[str, str]:
    evaluate_now(account.client("config"), [rule], PATIENCE)
    return {one.resource_id: one.compliance for one in results_of_rule(account.client("config"), rule)}


def key_ages(account: Sandbox, user: str) -> list[str]:
    keys = account.client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
    return sorted(key["AccessKeyId"] for key in keys)


@pytest.fixture(scope="module")
def deployed(workspace: Workspace) -> Workspace:
    """Both pairs as shipped."""
    workspace.rdk("deploy", "--all")
    return workspace


@pytest.mark.usefixtures("deployed")
def test_both_pairs_close_the_loop_automatically(account: Sandbox) -> None:
    config = account.client("config")
    stale = account.add_user("e2e-stale", created=YEAR, keys=[days(120), days(10)])
    fresh = account.add_user("e2e-fresh", created=YEAR, keys=[days(40)])
    before = set(key_ages(account, "e2e-stale"))
    assert judged(account, KEYS) == {stale: "NON_COMPLIANT", fresh: "COMPLIANT"}
    assert judged(account, POLICY) == {account.account_id: "NON_COMPLIANT"}

    assert wait_for_remediations(config, KEYS, [stale], PATIENCE) == {stale: "SUCCEEDED"}
    assert wait_for_remediations(config, POLICY, [account.account_id], PATIENCE) == {
        account.account_id: "SUCCEEDED"
    }
    assert judged(account, KEYS) == {stale: "COMPLIANT", fresh: "COMPLIANT"}
    assert judged(account, POLICY) == {account.account_id: "COMPLIANT"}
    left = set(key_ages(account, "e2e-stale"))
    assert len(left) == 1
    assert left < before
    policy = account.client("iam").get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["PasswordReusePrevention"]) == (14, 24)


@pytest.mark.usefixtures("deployed")
def test_the_runbook_ran_under_the_role_that_the_stack_made(account: Sandbox) -> None:
    deletions = [call for call in account.calls if call.operation == "DeleteAccessKey"]
    assert len(deletions) == 1
    assert "role/rdk-remediation-role/" in deletions[0].principal
    assert deletions[0].error_code is None


def test_a_redeployment_moves_rule_and_runbook_to_the_new_threshold(
    account: Sandbox, deployed: Workspace
) -> None:
    config = account.client("config")
    deployed.configure(KEYS, {"maxAccessKeyAge": 30})
    deployed.rdk("deploy", KEYS)

    [rule] = config.describe_config_rules(ConfigRuleNames=[KEYS])["ConfigRules"]
    assert json.loads(rule["InputParameters"])["maxAccessKeyAge"] == "30"
    [attached] = config.describe_remediation_configurations(ConfigRuleNames=[KEYS])[
        "RemediationConfigurations"
    ]
    assert attached["Parameters"]["MaxAccessKeyAge"] == {"StaticValue": {"Values": ["30"]}}
    fresh = account.client("iam").get_user(UserName="e2e-fresh")["User"]["UserId"]
    assert judged(account, KEYS)[fresh] == "NON_COMPLIANT"
    assert wait_for_remediations(config, KEYS, [fresh], PATIENCE) == {fresh: "SUCCEEDED"}
    assert key_ages(account, "e2e-fresh") == []


@pytest.mark.usefixtures("deployed")
def test_an_age_that_passes_makes_a_key_stale(account: Sandbox) -> None:
    user = account.add_user("e2e-ages", created=timedelta(days=20), keys=[days(20)])
    assert judged(account, KEYS)[user] == "COMPLIANT"
    # Time itself makes the periodic rule come due, and the runbook follows.
    account.advance(timedelta(days=11))
    config = account.client("config")
    assert wait_for_remediations(config, KEYS, [user], PATIENCE) == {user: "SUCCEEDED"}
    assert key_ages(account, "e2e-ages") == []


@pytest.mark.usefixtures("deployed")
def test_a_role_without_a_permission_fails_the_remediation_visibly(account: Sandbox) -> None:
    user = account.add_user("e2e-protected", created=YEAR, keys=[days(200)])
    iam, config = account.client("iam"), account.client("config")
    runbook = attached_runbook(config, KEYS)
    assert runbook
    [attached] = config.describe_remediation_configurations(ConfigRuleNames=[KEYS])[
        "RemediationConfigurations"
    ]
    role = attached["Parameters"]["AutomationAssumeRole"]["StaticValue"]["Values"][0].rpartition("/")[2]
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    without = json.loads(json.dumps(policy))
    without["Statement"][0]["Action"].remove("iam:DeleteAccessKey")
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(without))

    assert judged(account, KEYS)[user] == "NON_COMPLIANT"
    assert wait_for_remediations(config, KEYS, [user], PATIENCE) == {user: "FAILED"}
    newest = runbook_executions(account.client("ssm"), [runbook]).newest[0]
    assert (newest.resource, newest.status) == (user, "Failed")
    assert "not authorized to perform: iam:DeleteAccessKey" in newest.message
    assert "no access key was deleted" in newest.message
    assert len(key_ages(account, "e2e-protected")) == 1
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))
    iam.delete_access_key(UserName="e2e-protected", AccessKeyId=key_ages(account, "e2e-protected")[0])


@pytest.mark.usefixtures("deployed")
def test_a_rule_that_raises_shows_in_the_status_and_reports_nothing(account: Sandbox) -> None:
    config = account.client("config")
    before = results_of_rule(config, KEYS)
    [rule] = config.describe_config_rules(ConfigRuleNames=[KEYS])["ConfigRules"]
    broken = {**rule, "InputParameters": json.dumps({"maxAccessKeyAge": "ninety", "AssumeRoleMode": "False"})}
    config.put_config_rule(ConfigRule=broken)
    with pytest.raises(RuleFailed, match="maxAccessKeyAge"):
        evaluate_now(config, [KEYS], PATIENCE)
    [status] = config.describe_config_rule_evaluation_status(ConfigRuleNames=[KEYS])[
        "ConfigRulesEvaluationStatus"
    ]
    assert "ninety" in status["LastErrorMessage"]
    assert results_of_rule(config, KEYS) == before
    config.put_config_rule(ConfigRule=rule)


def test_undeploy_leaves_nothing(account: Sandbox, deployed: Workspace) -> None:
    deployed.rdk("undeploy", "--all", "--force")
    config, ssm = account.client("config"), account.client("ssm")
    assert config.describe_config_rules()["ConfigRules"] == []
    assert account.client("lambda").list_functions()["Functions"] == []
    own: list[Any] = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    assert own == []
    roles = account.client("iam").list_roles(PathPrefix="/rdk-remediation-role/")["Roles"]
    assert roles == []
