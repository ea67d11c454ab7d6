"""An Automation execution, from its start to its end. moto gap: it has none of the five operations."""

import json
from datetime import UTC, datetime, timedelta

from sandbox.ssm.published import Automation, script_step, sleep_step

GREET = """
def handler(events, context):
    return {"Text": events["name"], "Count": 2, "Names": ["a", "b"], "Sure": True}
"""
TYPES = {"Text": "String", "Count": "Integer", "Names": "StringList", "Sure": "Boolean"}
WHO = """
import boto3
def handler(events, context):
    boto3.client("iam").list_users()
    return {"Arn": boto3.client("sts").get_caller_identity()["Arn"]}
"""
FAIL = "def handler(events, context):\n    raise ValueError('no such user')"


def test_a_success_shows_parameters_inputs_outputs_and_times(automation: Automation) -> None:
    before = datetime.now(UTC)
    name = automation.publish(
        "Greet", script_step("Greet", GREET, TYPES), outputs=["Greet.Text", "Greet.Names"]
    )
    done = automation.run(name, Parameters={"Name": ["alice"]})
    step = done["StepExecutions"][0]
    assert done["AutomationExecutionStatus"] == "Success"
    assert (done["DocumentName"], done["DocumentVersion"], done["Mode"]) == ("Greet", "1", "Auto")
    assert done["ExecutedBy"] == "arn:aws:iam::123456789012:root"
    assert done["Parameters"] == {"AutomationAssumeRole": [automation.role], "Name": ["alice"]}
    assert done["Outputs"] == {"Greet.Text": ["alice"], "Greet.Names": ["a", "b"]}
    assert (step["StepName"], step["Action"], step["StepStatus"]) == ("Greet", "aws:executeScript", "Success")
    assert (step["OnFailure"], step["MaxAttempts"], step["TimeoutSeconds"]) == ("Abort", 1, 600)
    assert json.loads(step["Inputs"]["InputPayload"]) == {"name": "alice"}
    assert step["Inputs"]["Runtime"] == '"python3.11"'
    assert {key: step["Outputs"][key] for key in TYPES} == {
        "Text": ["alice"],
        "Count": ["2"],
        "Names": ["a", "b"],
        "Sure": ["true"],
    }
    assert before - timedelta(seconds=1) < done["ExecutionStartTime"] <= step["ExecutionStartTime"]
    assert step["ExecutionStartTime"] < step["ExecutionEndTime"] <= done["ExecutionEndTime"]
    assert "FailureMessage" not in done


def test_steps_run_as_the_assumed_role(automation: Automation) -> None:
    automation.account.calls.clear()
    name = automation.publish("Who", script_step("Who", WHO, {"Arn": "String"}), outputs=["Who.Arn"])
    done = automation.run(name)
    session = f"Automation-{done['AutomationExecutionId']}"
    assert done["Outputs"]["Who.Arn"] == [f"arn:aws:sts::123456789012:assumed-role/automation-role/{session}"]
    listed = [
        (call.principal, call.error_code)
        for call in automation.account.calls
        if call.operation == "ListUsers"
    ]
    assert listed == [(automation.role, None)]


def test_a_missing_permission_fails_the_step_visibly(automation: Automation) -> None:
    script = "import boto3\ndef handler(events, context):\n    boto3.client('iam').delete_user(UserName='u')"
    done = automation.run(automation.publish("Denied", script_step("Delete", script)))
    assert done["AutomationExecutionStatus"] == "Failed"
    assert "AccessDenied" in done["FailureMessage"]
    assert "iam:DeleteUser" in done["StepExecutions"][0]["FailureMessage"]


def test_a_failure_leaves_later_steps_pending_and_outputs_without_value(automation: Automation) -> None:
    name = automation.publish(
        "Fails", script_step("Fail", FAIL), script_step("Never", GREET, TYPES), outputs=["Never.Text"]
    )
    done = automation.run(name)
    first, second = done["StepExecutions"]
    assert done["AutomationExecutionStatus"] == "Failed"
    assert "no such user" in done["FailureMessage"]
    assert (first["StepStatus"], second["StepStatus"]) == ("Failed", "Pending")
    assert "ExecutionStartTime" not in second
    assert done["Outputs"]["Never.Text"] == [
        "No output available yet because the step is not successfully executed"
    ]


def test_on_failure_continue_goes_on(automation: Automation) -> None:
    name = automation.publish(
        "GoesOn", script_step("Fail", FAIL, onFailure="Continue"), sleep_step("Then", isEnd=True)
    )
    done = automation.run(name)
    statuses = [(step["StepName"], step["StepStatus"], step["IsEnd"]) for step in done["StepExecutions"]]
    assert statuses == [("Fail", "Failed", False), ("Then", "Success", True)]
    assert done["StepExecutions"][0]["NextStep"] == "Then"


def test_a_running_step_is_shown(automation: Automation) -> None:
    execution = automation.start(automation.publish("Slow", sleep_step("Rest", 3), sleep_step("After")))
    automation.wait(execution, {"InProgress"})
    running = automation.get(execution)
    while "CurrentStepName" not in running:
        running = automation.get(execution)
    assert (running["CurrentStepName"], running["CurrentAction"]) == ("Rest", "aws:sleep")
    assert [step["StepStatus"] for step in running["StepExecutions"]] == ["InProgress", "Pending"]
    assert automation.wait(execution)["AutomationExecutionStatus"] == "Success"


def test_at_most_four_run_at_once(automation: Automation) -> None:
    name = automation.publish("Many", sleep_step("Rest", 2))
    executions = [automation.start(name) for _ in range(6)]
    automation.wait(executions[3], {"InProgress"})
    assert [automation.get(one)["AutomationExecutionStatus"] for one in executions[4:]] == ["Pending"] * 2
    assert {automation.wait(one)["AutomationExecutionStatus"] for one in executions} == {"Success"}


def test_a_document_without_a_role_gives_a_script_no_credentials(automation: Automation) -> None:
    content = {
        "schemaVersion": "0.3",
        "parameters": {"Name": {"type": "String", "default": "x"}},
        "mainSteps": [script_step("Who", WHO)],
    }
    automation.ssm.create_document(
        Name="NoRole", Content=json.dumps(content), DocumentType="Automation", DocumentFormat="JSON"
    )
    done = automation.run("NoRole")
    assert done["AutomationExecutionStatus"] == "Failed"
    assert "NoCredentialsError" in done["StepExecutions"][0]["FailureMessage"]


def test_a_document_without_a_role_calls_apis_as_its_caller(automation: Automation) -> None:
    step = {
        "name": "Who",
        "action": "aws:executeAwsApi",
        "inputs": {"Service": "sts", "Api": "GetCallerIdentity"},
        "outputs": [{"Name": "Account", "Selector": "$.Account", "Type": "String"}],
    }
    content = json.dumps({"schemaVersion": "0.3", "mainSteps": [step], "outputs": ["Who.Account"]})
    automation.ssm.create_document(
        Name="AsCaller", Content=content, DocumentType="Automation", DocumentFormat="JSON"
    )
    automation.account.calls.clear()
    assert automation.run("AsCaller")["Outputs"] == {"Who.Account": ["123456789012"]}
    principals = [
        call.principal for call in automation.account.calls if call.operation == "GetCallerIdentity"
    ]
    assert principals == ["admin"]


def test_a_document_in_yaml_and_one_of_cloudformation_run(automation: Automation) -> None:
    text = "schemaVersion: '0.3'\nmainSteps:\n- name: Rest\n  action: aws:sleep\n  inputs: {Duration: PT1S}\n"
    automation.ssm.create_document(
        Name="InYaml", Content=text, DocumentType="Automation", DocumentFormat="YAML"
    )
    properties = {
        "Name": "FromStack",
        "DocumentType": "Automation",
        "DocumentFormat": "JSON",
        "Content": {"schemaVersion": "0.3", "mainSteps": [sleep_step("Rest")]},
    }
    template = {"Resources": {"D": {"Type": "AWS::SSM::Document", "Properties": properties}}}
    automation.account.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))
    executions = [automation.start("InYaml"), automation.start("FromStack")]
    assert [automation.wait(one)["AutomationExecutionStatus"] for one in executions] == ["Success"] * 2


def test_the_default_version_runs_unless_another_is_asked_for(automation: Automation) -> None:
    name = automation.publish("Versions", sleep_step("One"))
    content = json.dumps({"schemaVersion": "0.3", "mainSteps": [sleep_step("Two")]})
    automation.ssm.update_document(
        Name=name, Content=content, DocumentVersion="$LATEST", DocumentFormat="JSON"
    )

    def ran(**settings: str) -> tuple[str, str]:
        done = automation.run(name, **settings)
        return done["DocumentVersion"], done["StepExecutions"][0]["StepName"]

    assert ran() == ran(DocumentVersion="$DEFAULT") == ("1", "One")
    assert ran(DocumentVersion="2") == ran(DocumentVersion="$LATEST") == ("2", "Two")
    automation.ssm.update_document_default_version(Name=name, DocumentVersion="2")
    assert ran() == ("2", "Two")
