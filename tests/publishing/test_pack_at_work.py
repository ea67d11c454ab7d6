"""The pack at work: unmodified rdk's function, the members' stacks and the pack, all in the embedded account.

The account is function account and member at once. What Config does to a pack is done here: its template
becomes a stack, and the rules' names get a suffix.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from rulebook.cli import main
from rulebook.demo.rdk import run_rdk
from rulebook.operating.executions import wait_for_remediations
from rulebook.sandbox import KeySeed, Sandbox
from rulebook.sandbox.rdk_waits import shortened
from shipped.pairs import copy_shipped

ROOT = Path(__file__).parents[2]
RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
IN_PACK = f"{RULE}-conformance-pack-example"
READER = "role/rulebook/rulebook-evaluators"
REMEDY = "role/rulebook/rulebook-DeleteStaleAccessKeys"


def rendered(root: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Return what the command prints."""
    assert main(["--root", str(root), "conformance-pack", *options]) == 0
    return capsys.readouterr().out


def with_suffix(pack: str) -> str:
    """Return the pack with its rule called as Config calls it."""
    template = yaml.safe_load(pack)
    for resource in template["Resources"].values():
        resource["Properties"]["ConfigRuleName"] = IN_PACK
    return yaml.safe_dump(template)


def put(account: Sandbox, pack: str, members: dict[str, str]) -> None:
    """Deploy the templates as stacks."""
    cloudformation = account.client("cloudformation")
    parameters = [{"ParameterKey": "FunctionAccount", "ParameterValue": account.account_id}]
    for what, template in members.items():
        cloudformation.create_stack(
            StackName=f"rulebook-{what}",
            TemplateBody=template,
            Parameters=parameters if what == "evaluators" else [],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
    cloudformation.create_stack(StackName="awsconfigconforms", TemplateBody=pack, Parameters=parameters)


def test_the_pack_finds_and_remedies_with_the_members_own_roles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_shipped(tmp_path)
    pack = with_suffix(rendered(tmp_path, capsys, RULE))
    members = {
        what: rendered(tmp_path, capsys, "--members", what)
        for what in ("evaluators", "DeleteStaleAccessKeys")
    }
    with Sandbox.start() as account:
        environment = account.environment() | shortened()
        run_rdk(["init"], tmp_path / "rules", environment)
        run_rdk(["deploy", RULE], tmp_path / "rules", environment)
        put(account, pack, members)
        # The function account's own rule is in the way here: in an organization it judges another account.
        account.client("config").delete_remediation_configuration(ConfigRuleName=RULE)
        user = account.add_user("old", timedelta(days=400), keys=[KeySeed(timedelta(days=300))])
        account.calls.clear()
        config = account.client("config")
        config.start_config_rules_evaluation(ConfigRuleNames=[IN_PACK])
        states = wait_for_remediations(config, IN_PACK, [user], timedelta(seconds=30))
        keys = account.client("iam").list_access_keys(UserName="old")["AccessKeyMetadata"]
        by = {call.operation: call.principal for call in account.calls}
    assert states == {user: "SUCCEEDED"}
    assert keys == []
    assert by["AssumeRole"].startswith(f"arn:aws:iam::{account.account_id}:role/rdk/")
    assert by["GetCredentialReport"] == by["PutEvaluations"] == f"arn:aws:iam::{account.account_id}:{READER}"
    assert by["DeleteAccessKey"] == f"arn:aws:iam::{account.account_id}:{REMEDY}"
