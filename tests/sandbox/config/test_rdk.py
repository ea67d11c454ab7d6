"""Unmodified rdk against the embedded account: deploy, remedy, change, undeploy.

``rdk init`` and the first deployment are processes of their own; what follows runs in this one, which spares
the start of rdk.

The rule and the runbook are a few lines each, so that a failure here is the account's.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox
from rulebook.sandbox.rdk_waits import shortened

from .conftest import eventually
from .rdk_here import rdk_here

RULE = "TINY_RULE"

CODE = """
from rdklib import ComplianceType, ConfigRule, Evaluation, Evaluator

class TINY_RULE(ConfigRule):
    def evaluate_periodic(self, event, client_factory, valid_rule_parameters):
        limit = int(valid_rule_parameters["longest"])
        users = client_factory.build_client("iam").list_users()["Users"]
        return [
            Evaluation(
                ComplianceType.COMPLIANT if len(one["UserName"]) <= limit else ComplianceType.NON_COMPLIANT,
                one["UserId"],
                "AWS::IAM::User",
                annotation=one["UserName"],
            )
            for one in users
        ]

    def evaluate_parameters(self, rule_parameters):
        return rule_parameters

def lambda_handler(event, context):
    return Evaluator(TINY_RULE()).handle(event, context)
"""

SCRIPT = """
import boto3
def handler(events, context):
    iam = boto3.client("iam")
    names = {one["UserId"]: one["UserName"] for one in iam.list_users()["Users"]}
    iam.delete_user(UserName=names[events["UserId"]])
    return {"Outcome": "Deleted", "Message": names[events["UserId"]]}
"""


def parameters(account_id: str, longest: int, *, automatic: bool, actions: list[str]) -> dict[str, Any]:
    """Return parameters.json as rdk reads it."""
    role = f"arn:aws:iam::{account_id}:role/made-by-rdk"
    return {
        "Version": "1.0",
        "Parameters": {
            "RuleName": RULE,
            "Description": RULE,
            "SourceRuntime": "python3.11-lib",
            "CodeKey": f"{RULE}.zip",
            "InputParameters": json.dumps({"longest": str(longest), "AssumeRoleMode": "False"}),
            "OptionalParameters": "{}",
            "SourcePeriodic": "TwentyFour_Hours",
            "Remediation": {
                "ConfigRuleName": RULE,
                "TargetType": "SSM_DOCUMENT",
                "TargetId": "replaced by rdk",
                "Automatic": automatic,
                "MaximumAutomaticAttempts": "1",
                "RetryAttemptSeconds": "60",
                "Parameters": {
                    "AutomationAssumeRole": {"StaticValue": {"Values": [role]}},
                    "UserId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
                },
            },
            "SSMAutomation": {"Document": "document.json", "IAM": actions},
        },
        "Tags": "[]",
    }


def document(description: str) -> dict[str, Any]:
    """Return the runbook, as rdk reads it."""
    return {
        "schemaVersion": "0.3",
        "description": description,
        "assumeRole": "{{ AutomationAssumeRole }}",
        "parameters": {"AutomationAssumeRole": {"type": "String"}, "UserId": {"type": "String"}},
        "outputs": ["Delete.Outcome", "Delete.Message"],
        "mainSteps": [
            {
                "name": "Delete",
                "action": "aws:executeScript",
                "inputs": {
                    "Runtime": "python3.11",
                    "Handler": "handler",
                    "InputPayload": {"UserId": "{{ UserId }}"},
                    "Script": SCRIPT,
                },
                "outputs": [
                    {"Name": name, "Selector": f"$.Payload.{name}", "Type": "String"}
                    for name in ("Outcome", "Message")
                ],
            }
        ],
    }


class Rdk:
    """A folder of rules, and rdk run in it."""

    def __init__(self, account: Sandbox, folder: Path) -> None:
        self.account = account
        self.folder = folder
        (folder / RULE).mkdir()
        (folder / RULE / f"{RULE}.py").write_text(CODE)

    def write(self, longest: int, description: str, *, automatic: bool = True, deletes: bool = True) -> None:
        """Write what an operator changes."""
        actions = ["iam:ListUsers", "iam:DeleteUser"] if deletes else ["iam:ListUsers"]
        given = parameters(self.account.account_id, longest, automatic=automatic, actions=actions)
        (self.folder / RULE / "parameters.json").write_text(json.dumps(given))
        (self.folder / "document.json").write_text(json.dumps(document(description)))

    def __call__(self, *arguments: str) -> str:
        """Run rdk in this process and return what it printed."""
        return rdk_here([*arguments], self.folder, self.account.environment())

    def process(self, *arguments: str) -> str:
        """Run rdk as the installed command and return what it printed."""
        done = subprocess.run(  # noqa: S603 - the installed rdk
            [str(Path(sys.executable).parent / "rdk"), *arguments],
            cwd=self.folder,
            env=self.account.environment() | shortened(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def rdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rdk]:
    """An account in which ``rdk init`` has run."""
    with Sandbox.start() as account:
        made = Rdk(account, tmp_path_factory.mktemp("rules"))
        made.process("init")
        yield made


def attached(config: Any) -> dict[str, Any]:
    (found,) = config.describe_remediation_configurations(ConfigRuleNames=[RULE])["RemediationConfigurations"]
    configuration: dict[str, Any] = found
    return configuration


def evaluated(config: Any) -> dict[str, str]:
    """Evaluate, and return the compliance of each user by what the rule said of it: the name."""

    def ended() -> Any:
        status = config.describe_config_rule_evaluation_status(ConfigRuleNames=[RULE])
        return status["ConfigRulesEvaluationStatus"][0].get("LastSuccessfulEvaluationTime")

    before = ended()
    config.start_config_rules_evaluation(ConfigRuleNames=[RULE])
    eventually(lambda: ended() != before)
    details = config.get_compliance_details_by_config_rule(ConfigRuleName=RULE)["EvaluationResults"]
    return {one["Annotation"]: one["ComplianceType"] for one in details}


def remediations(config: Any) -> list[str]:
    """Wait until every remediation has ended, and return their states."""

    def states() -> list[str]:
        answer = config.describe_remediation_execution_status(ConfigRuleName=RULE)
        return [one["State"] for one in answer["RemediationExecutionStatuses"]]

    eventually(lambda: states() and not {"QUEUED", "IN_PROGRESS"} & set(states()))
    return states()


def users(account: Sandbox) -> list[str]:
    return [one["UserName"] for one in account.client("iam").list_users()["Users"]]


def test_what_rdk_deployed_evaluates_and_remedies_changes_and_goes(rdk: Rdk) -> None:
    account, config, ssm = rdk.account, rdk.account.client("config"), rdk.account.client("ssm")
    for name in ("ada", "rumpelstiltskin"):
        account.add_user(name, timedelta(days=9))

    rdk.write(8, "the first version")
    rdk.process("deploy", RULE)
    made = attached(config)
    assert made["TargetId"].startswith("TINYRULE-TINYRULERemediationAction-")
    (role,) = made["Parameters"]["AutomationAssumeRole"]["StaticValue"]["Values"]
    assert ":role/rdk-remediation-role/" in role
    assert (made["MaximumAutomaticAttempts"], made["Automatic"]) == (1, True)

    assert evaluated(config) == {"ada": "COMPLIANT", "rumpelstiltskin": "NON_COMPLIANT"}
    assert remediations(config) == ["SUCCEEDED"]
    assert users(account) == ["ada"]
    (execution,) = ssm.describe_automation_executions()["AutomationExecutionMetadataList"]
    assert (execution["DocumentName"], execution["AutomationExecutionStatus"]) == (
        made["TargetId"],
        "Success",
    )
    assert evaluated(config) == {"ada": "COMPLIANT"}

    rdk.write(2, "the second version", automatic=False)
    rdk("deploy", RULE)
    rule = config.describe_config_rules(ConfigRuleNames=[RULE])["ConfigRules"][0]
    assert json.loads(rule["InputParameters"])["longest"] == "2"
    assert attached(config)["Automatic"] is False
    renewed = attached(config)["TargetId"]
    assert renewed != made["TargetId"]  # CloudFormation replaces a changed document
    current = ssm.get_document(Name=renewed)
    assert json.loads(current["Content"])["description"] == "the second version"
    assert evaluated(config) == {"ada": "NON_COMPLIANT"}
    assert users(account) == ["ada"]

    rdk("undeploy", RULE, "--force")
    assert config.describe_config_rules()["ConfigRules"] == []
    left = config.describe_remediation_configurations(ConfigRuleNames=[RULE])["RemediationConfigurations"]
    assert left == []
    assert account.client("lambda").list_functions()["Functions"] == []
    with pytest.raises(ClientError, match="does not exist"):
        ssm.describe_document(Name=renewed)


def test_a_deployment_that_fails_returns_0_and_leaves_a_stack_that_was_rolled_back(rdk: Rdk) -> None:
    """It looks at no status once it has waited: whoever deploys must."""
    rdk.write(2, "x")
    file = rdk.folder / RULE / "parameters.json"
    written = json.loads(file.read_text())
    written["Parameters"]["Remediation"]["MaximumAutomaticAttempts"] = "26"
    file.write_text(json.dumps(written))
    assert "Rolled Back" in rdk("deploy", RULE)
    stacks = rdk.account.client("cloudformation").describe_stacks(StackName="TINYRULE")["Stacks"]
    assert [one["StackStatus"] for one in stacks] == ["ROLLBACK_COMPLETE"]
    assert rdk.account.client("config").describe_config_rules()["ConfigRules"] == []
    rdk("undeploy", RULE, "--force")


def test_a_role_without_a_permission_makes_the_remediation_fail_visibly(rdk: Rdk) -> None:
    account, config = rdk.account, rdk.account.client("config")
    for left in users(account):
        account.client("iam").delete_user(UserName=left)
    account.add_user("ada", timedelta(days=9))
    rdk.write(2, "not allowed to delete", deletes=False)
    rdk("deploy", RULE)
    assert evaluated(config) == {"ada": "NON_COMPLIANT"}
    assert remediations(config) == ["FAILED"]
    answer = config.describe_remediation_execution_status(ConfigRuleName=RULE)["RemediationExecutionStatuses"]
    (step,) = answer[0]["StepDetails"]
    assert (step["Name"], step["State"]) == ("Delete", "FAILED")
    assert "iam:DeleteUser" in step["ErrorMessage"]
    assert users(account) == ["ada"]
