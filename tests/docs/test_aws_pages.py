"""What docs/operations.md and docs/organizations.md show, pasted in order into a shell with the AWS CLI."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from docs.pages import ROOT, blocks
from forked import forks
from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import evaluate_now
from rulebook.sandbox import KeySeed, Sandbox
from rulebook.sandbox.rdk_waits import shortened
from shipped.pairs import shipped

# A person answers yes to `publish`, and what the embedded account does not have is taken for done.
NOT_THERE = "NotImplemented|NoSuchOrganizationConformancePackException"
AT_THE_TERMINAL = f"""
rulebook() {{ if [ $1 = publish ]; then set -- "$@" --yes; fi; command rulebook "$@"; }}
aws() {{ command aws "$@" 2>said || grep -Eq "({NOT_THERE})" said || {{ cat said >&2; return 1; }}; }}
"""
KEYS, POLICY = "ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM"
FUNCTION = "RDK-Rule-Function-ACCESSKEYSROTATEDCUSTOM"


def pasted(workspace: Workspace, block: str, **instead: str) -> subprocess.CompletedProcess[str]:
    """Run a block as a person would paste it, with the account's own words in the place of the page's."""
    for word, own in instead.items():
        block = block.replace(word, own)
    environment = workspace.account.environment() | shortened() | {"AWS_MAX_ATTEMPTS": "1"}
    if "delete-remediation-exceptions" not in block:  # which starts the AWS CLI from nothing
        environment["PATH"] = f"{forks('rulebook', 'rdk', 'aws')}{os.pathsep}{environment['PATH']}"
    return subprocess.run(  # noqa: S603 - a block of a page of ours
        ["/bin/bash", "-ec", AT_THE_TERMINAL + block],
        cwd=workspace.project.root,
        env=environment,
        input="y\n",
        capture_output=True,
        text=True,
        check=False,
    )


def worked(workspace: Workspace, block: str, **instead: str) -> str:
    """Run a block that must work, and return what it printed."""
    done = pasted(workspace, block, **instead)
    assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the project, and an account of its own."""
    with Sandbox.start() as account:
        yield Workspace(shipped(), account, tmp_path)


def test_operations_lifts_an_exception_and_leaves_nothing_behind(workspace: Workspace) -> None:
    lift, take_away = (block for block in blocks(ROOT / "docs/operations.md") if "aws " in block)
    user = workspace.account.add_user("ann", timedelta(days=300), keys=[KeySeed(timedelta(days=200))])
    workspace.configure(KEYS, {}, trigger="manual")
    worked(workspace, "cd rules && rdk init && rdk deploy --all && cd .. && rulebook publish")
    config = workspace.account.client("config")
    evaluate_now(config, [KEYS, POLICY], timedelta(minutes=2))
    blocked = [{"ResourceType": "AWS::IAM::User", "ResourceId": user}]
    config.put_remediation_exceptions(ConfigRuleName=KEYS, ResourceKeys=blocked)
    assert config.describe_remediation_exceptions(ConfigRuleName=KEYS)["RemediationExceptions"]
    worked(workspace, lift, **{"AIDA...": user})
    assert config.describe_remediation_exceptions(ConfigRuleName=KEYS)["RemediationExceptions"] == []
    assert all(left_behind(workspace.account).values())
    worked(workspace, "cd rules && rdk undeploy --all")
    worked(workspace, take_away, ACCOUNT=workspace.account.account_id, REGION=workspace.account.region)
    assert not any(left_behind(workspace.account).values())


def left_behind(account: Sandbox) -> Mapping[str, list[str]]:
    """Return what there is, by kind."""
    config, iam = account.client("config"), account.client("iam")
    recorders = config.describe_configuration_recorders()["ConfigurationRecorders"]
    channels = config.describe_delivery_channels()["DeliveryChannels"]
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    logs = account.client("logs").describe_log_groups()["logGroups"]
    return {
        "stacks": [one["StackName"] for one in stacks],
        "buckets": [one["Name"] for one in account.client("s3").list_buckets()["Buckets"]],
        "recorders": [one["name"] for one in recorders],
        "channels": [one["name"] for one in channels],
        "roles": [one["RoleName"] for one in iam.list_roles()["Roles"]],
        "logs": [one["logGroupName"] for one in logs],
    }


@pytest.mark.long
def test_an_organization_gets_functions_stack_sets_and_pack_and_is_rid_of_them(workspace: Workspace) -> None:
    own = {
        "MANAGEMENT_ACCOUNT": "999999999999",
        "FUNCTION_ACCOUNT": workspace.account.account_id,
        "=OU": "=ou-abcd-12345678",
        "-version N": "-version 1",
    }
    functions, member, stack_sets, pack, versions, undo = blocks(ROOT / "docs/organizations.md")
    for block in (functions, member, stack_sets, pack, "rulebook publish DeleteStaleAccessKeys", versions):
        worked(workspace, block, **own)
    policy = workspace.account.client("lambda").get_policy(FunctionName=FUNCTION)["Policy"]
    assert "member-111111111111" in policy
    names = ["rulebook-evaluators", "rulebook-DeleteStaleAccessKeys", "rulebook-ResetPasswordPolicy"]
    assert stack_sets_of(workspace.account) == dict.fromkeys(names, "ACTIVE")
    assert "AWS::Config::RemediationConfiguration" in (workspace.project.root / "pack.yaml").read_text()
    worked(workspace, undo, **own)
    assert stack_sets_of(workspace.account) == dict.fromkeys(names, "DELETED")
    assert workspace.account.client("config").describe_config_rules()["ConfigRules"] == []


def stack_sets_of(account: Sandbox) -> dict[str, str]:
    """Return the status of each stack set by its name."""
    listed = account.client("cloudformation").list_stack_sets()["Summaries"]
    return {one["StackSetName"]: one["Status"] for one in listed}
