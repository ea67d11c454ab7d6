"""What is deployed is compared with what is built."""

import json

import pytest

from operating.doctor.conftest import KEYS, POLICY, Clone, examination, found, set_up_config
from rulebook.demo.workspace import Workspace
from rulebook.operating.doctor.checks import deployed_as_built
from rulebook.sandbox import Sandbox

BUILT = "is deployed as built: parameters, remediation and runbook"


@pytest.fixture
def workspace(account: Sandbox, clone: Clone, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the clone with the key pair deployed by rdk."""
    made = Workspace(clone.project, account, tmp_path_factory.mktemp("copy"))
    made.rdk("init")
    made.rdk("deploy", KEYS)
    return made


def test_what_differs_is_said_and_nothing_else(account: Sandbox, workspace: Workspace) -> None:
    deployed = Clone(workspace.project)
    assert found(deployed_as_built, examination(deployed)) == [
        ("ok", KEYS, BUILT),
        ("ok", POLICY, "is not deployed yet"),
    ]
    runbook = workspace.project.documents()["DeleteStaleAccessKeys"].built
    text = runbook.read_text(encoding="utf-8")
    runbook.write_text(json.dumps(json.loads(text) | {"description": "newer"}), encoding="utf-8")
    [one, _] = deployed_as_built.diagnose(examination(deployed))
    assert (one.level, one.seen.startswith("differs: the content of its runbook ")) == ("warning", True)
    runbook.write_text(text, encoding="utf-8")
    config = account.client("config")
    [rule] = config.describe_config_rules(ConfigRuleNames=[KEYS])["ConfigRules"]
    config.put_config_rule(ConfigRule={**rule, "InputParameters": json.dumps({"maxAccessKeyAge": "30"})})
    [attached] = config.describe_remediation_configurations(ConfigRuleNames=[KEYS])[
        "RemediationConfigurations"
    ]
    attached["Parameters"]["MaxAccessKeyAge"] = {"StaticValue": {"Values": ["1"]}}
    changed = {name: value for name, value in attached.items() if name not in ("Arn", "CreatedByService")}
    config.put_remediation_configurations(RemediationConfigurations=[{**changed, "Automatic": False}])
    [one, _] = deployed_as_built.diagnose(examination(deployed))
    assert (one.level, one.cure) == ("warning", f"run `rdk deploy {KEYS} --lambda-timeout 900`")
    assert one.seen == (  # and the runbook is as built again
        "differs: parameter AssumeRoleMode is not set, built False; "
        "parameter maxAccessKeyAge is 30, built 90; "
        "remediation parameter MaxAccessKeyAge is [1], built [90]; Automatic is false, built true"
    )


def test_before_a_deployment_there_is_nothing_to_compare(account: Sandbox, clone: Clone) -> None:
    set_up_config(account)
    assert {one[0] for one in found(deployed_as_built, examination(clone))} == {"ok"}
