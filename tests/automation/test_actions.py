"""One document for each action that acts on an account, run in the embedded one, which is then read back."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from automation.account import Account, role, step
from automation.conftest import document, fails, output, passes, script
from rulebook.automation import run_document
from rulebook.automation.surroundings import Question, Surroundings
from rulebook.sandbox import Sandbox
from sandbox.functions.deployed import zipped


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Sandbox.start() as running:
        yield Account(running)


@pytest.fixture(scope="module")
def image(account: Account) -> str:
    of_one_kind = [{"Name": "name", "Values": ["amzn-ami-hvm-*"]}]  # all 1,301 take seconds
    return str(account.client("ec2").describe_images(Filters=of_one_kind)["Images"][0]["ImageId"])


@pytest.fixture(scope="module")
def instances(account: Account, image: str) -> list[str]:
    """Two running instances."""
    made = account.client("ec2").run_instances(ImageId=image, MinCount=2, MaxCount=2)
    return [one["InstanceId"] for one in made["Instances"]]


def states(account: Account, ids: list[str]) -> list[str]:
    found = account.client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    return [one["State"]["Name"] for held in found for one in held["Instances"]]


def test_run_instances_launches_as_many_as_asked_with_tags_and_user_data(
    account: Account, image: str
) -> None:
    written = document(
        step(
            "Launch",
            "runInstances",
            {
                "ImageId": "{{ Image }}",
                "InstanceType": "t3.micro",
                "MinInstanceCount": "2",
                "MaxInstanceCount": 2,
                "UserData": "ZWNobyBoaQ==",
                "IamInstanceProfileName": "",
                "TagSpecifications": [
                    {"ResourceType": "instance", "Tags": [{"Key": "Use", "Value": "probe"}]}
                ],
            },
            outputs=[output("First", "InstanceIds[0]", "String")],
        ),
        parameters={"Image": {"type": "AWS::EC2::Image::Id"}},
        outputs=["Launch.InstanceIds", "Launch.InstanceStates", "Launch.First"],
    )
    made = account.outputs(written, {"Image": image})
    ec2, ids = account.client("ec2"), made["Launch.InstanceIds"]
    assert made == {
        "Launch.InstanceIds": ids,
        "Launch.InstanceStates": ["running", "running"],
        "Launch.First": ids[0],
    }
    held = ec2.describe_instances(Filters=[{"Name": "tag:Use", "Values": ["probe"]}])["Reservations"]
    assert [one["InstanceId"] for one in held[0]["Instances"]] == ids
    data = ec2.describe_instance_attribute(InstanceId=ids[0], Attribute="userData")["UserData"]["Value"]
    assert data == "ZWNobyBoaQ=="


def test_change_instance_state_stops_and_starts_and_waits(account: Account, instances: list[str]) -> None:
    stop = step(
        "Stop", "changeInstanceState", {"InstanceIds": instances, "DesiredState": "stopped", "Force": "true"}
    )
    account.outputs(document(stop))
    assert states(account, instances) == ["stopped", "stopped"]
    start = step("Start", "changeInstanceState", {"InstanceIds": instances[0], "DesiredState": "running"})
    account.outputs(document(start))
    assert states(account, instances) == ["running", "stopped"]


def test_change_instance_state_only_looks_if_told_so(account: Account, image: str) -> None:
    ids = [
        account.client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0][
            "InstanceId"
        ]
    ]
    inputs = {"InstanceIds": ids, "DesiredState": "stopped", "CheckStateOnly": True}
    look = step("Look", "changeInstanceState", inputs)
    assert account.run(document({**look, "timeoutSeconds": 1})).status == "TimedOut"
    assert states(account, ids) == ["running"]
    account.client("ec2").terminate_instances(InstanceIds=ids)
    assert (
        account.run(document(look)).failure_message
        == "Step Look: an instance is terminated, and stopped was to come"
    )


def test_images_are_made_copied_and_deleted_with_their_snapshots(
    account: Account, instances: list[str]
) -> None:
    written = document(
        step("Make", "createImage", {"InstanceId": instances[0], "ImageName": "one", "NoReboot": True}),
        step(
            "Copy",
            "copyImage",
            {
                "SourceImageId": "{{ Make.ImageId }}",
                "SourceRegion": "{{ global:REGION }}",
                "ImageName": "two",
            },
            outputs=[output("Id", "$.ImageId", "String")],
        ),
        step("Delete", "deleteImage", {"ImageId": "{{ Make.ImageId }}"}),
        outputs=["Make.ImageId", "Make.ImageState", "Copy.Id"],
    )
    ec2 = account.client("ec2")
    ours = [{"Name": "owner-id", "Values": [account.sandbox.account_id]}]
    before = {one["SnapshotId"] for one in ec2.describe_snapshots(Filters=ours)["Snapshots"]}
    made = account.outputs(written)
    assert made["Make.ImageState"] == "available"
    own = {one["ImageId"]: one["Name"] for one in ec2.describe_images(Owners=["self"])["Images"]}
    assert own == {made["Copy.Id"]: "two"}
    copy = ec2.describe_images(ImageIds=[made["Copy.Id"]])["Images"][0]
    kept = {
        one["Ebs"]["SnapshotId"] for one in copy["BlockDeviceMappings"] if "SnapshotId" in one.get("Ebs", {})
    }
    after = {one["SnapshotId"] for one in ec2.describe_snapshots(Filters=ours)["Snapshots"]}
    assert after - before <= kept
    assert kept <= after


def test_an_image_that_is_not_there_cannot_be_deleted(account: Account) -> None:
    execution = account.run(document(step("Delete", "deleteImage", {"ImageId": "ami-0123456789abcdef0"})))
    assert execution.failure_message == "Step Delete: there is no image ami-0123456789abcdef0"


def test_create_tags_tags_instances_and_parameters(account: Account, instances: list[str]) -> None:
    account.client("ssm").put_parameter(Name="tagged", Value="v", Type="String")
    tags = [{"Key": "Owner", "Value": "{{ global:ACCOUNT_ID }}"}]
    account.outputs(
        document(
            step("Ec2", "createTags", {"ResourceIds": instances[:1], "Tags": tags}),
            step("Ssm", "createTags", {"ResourceType": "Parameter", "ResourceIds": ["tagged"], "Tags": tags}),
        )
    )
    expected = [{"Key": "Owner", "Value": account.sandbox.account_id}]
    found = account.client("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": instances[:1]}])[
        "Tags"
    ]
    assert [{"Key": one["Key"], "Value": one["Value"]} for one in found] == expected
    listed = account.client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId="tagged")
    assert listed["TagList"] == expected


TOPIC = {
    "Parameters": {"Name": {"Type": "String"}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
    "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}},
}


def test_a_stack_is_created_read_by_a_filter_and_deleted(account: Account) -> None:
    written = document(
        step(
            "Create",
            "createStack",
            {
                "StackName": "probe-{{ automation:EXECUTION_ID }}",
                "TemplateBody": "{{ Template }}",
                "Parameters": [{"ParameterKey": "Name", "ParameterValue": "{{ Topic }}"}],
                "Capabilities": "CAPABILITY_IAM",
                "TimeoutInMinutes": "5",
                "NotificationARNs": [],
            },
        ),
        step(
            "Read",
            "executeAwsApi",
            {"Service": "cloudformation", "Api": "DescribeStacks", "StackName": "{{ Create.StackId }}"},
            outputs=[output("Arn", "$.Stacks[0].Outputs[?(@.OutputKey == 'Arn')].OutputValue", "String")],
        ),
        parameters={"Template": {"type": "String"}, "Topic": {"type": "String"}},
        outputs=["Create.StackStatus", "Read.Arn", "Create.StackId"],
    )
    made = account.outputs(written, {"Template": json.dumps(TOPIC), "Topic": "made-by-a-stack"})
    arn = f"arn:aws:sns:us-east-1:{account.sandbox.account_id}:made-by-a-stack"
    assert (made["Create.StackStatus"], made["Read.Arn"]) == ("CREATE_COMPLETE", arn)
    topics = account.client("sns")
    assert arn in [one["TopicArn"] for one in topics.list_topics()["Topics"]]
    delete = step("Delete", "deleteStack", {"StackName": made["Create.StackId"]})
    account.outputs(document(delete, {**delete, "name": "Again"}))
    assert arn not in [one["TopicArn"] for one in topics.list_topics()["Topics"]]


def test_deleting_a_stack_that_is_not_there_succeeds(account: Account) -> None:
    account.outputs(document(step("Delete", "deleteStack", {"StackName": "never-made"})))


def test_a_stack_that_fails_fails_its_step(account: Account) -> None:
    create = step("Create", "createStack", {"StackName": "broken", "TemplateBody": "{}{"})
    assert account.run(document(create)).failure_message.startswith(
        "Step Create: cloudformation CreateStack: "
    )


FUNCTION = """
def handler(event, context):
    print("called with", event)
    if event.get("fail"):
        raise ValueError("as told")
    return {"Sum": event["a"] + event["b"], "Text": "done"}
"""


@pytest.fixture(scope="module")
def function(account: Account) -> str:
    """A function of Lambda that adds a and b."""
    made = account.client("lambda").create_function(
        FunctionName="adder",
        Runtime="python3.11",
        Role=role(account, "adder-role", "lambda.amazonaws.com"),
        Handler="main.handler",
        Code={"ZipFile": zipped({"main.py": FUNCTION})},
    )
    return str(made["FunctionName"])


@pytest.mark.parametrize(
    "payload",
    [{"InputPayload": {"a": 1, "b": "{{ B }}"}}, {"Payload": '{"a": 1, "b": {{ B }}}', "LogType": "Tail"}],
    ids=["InputPayload", "Payload"],
)
def test_a_function_is_invoked_and_selectors_look_into_what_it_returns(
    account: Account, function: str, payload: dict[str, Any]
) -> None:
    declared = [output("Sum", "$.Sum", "Integer"), output("Text", "$.Payload.Text", "String")]
    written = document(
        step("Add", "invokeLambdaFunction", {"FunctionName": function, **payload}, outputs=declared),
        parameters={"B": {"type": "Integer", "default": 2}},
        outputs=["Add.Sum", "Add.Text", "Add.StatusCode"],
    )
    assert account.outputs(written) == {"Add.Sum": 3, "Add.Text": "done", "Add.StatusCode": 200}


def test_a_function_without_declared_outputs_gives_its_answer_as_text(
    account: Account, function: str
) -> None:
    add = step("Add", "invokeLambdaFunction", {"FunctionName": function, "InputPayload": {"a": 1, "b": 1}})
    made = account.outputs(document(add, outputs=["Add.Payload"]))
    assert json.loads(made["Add.Payload"]) == {"Sum": 2, "Text": "done"}


def test_a_function_that_raises_fails_the_step(account: Account, function: str) -> None:
    add = step("Add", "invokeLambdaFunction", {"FunctionName": function, "InputPayload": {"fail": True}})
    message = account.run(document(add)).failure_message
    assert message.startswith("Step Add: the function ended with Unhandled: ")
    assert "as told" in message


MACHINE = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
def test_a_state_machine_runs_to_its_end(account: Account, status: str) -> None:
    """Moto's machines never end, so that a thread plays the one who ends them."""
    from moto.stepfunctions.models import stepfunctions_backends  # noqa: PLC0415 - after the account started

    machines = stepfunctions_backends[account.sandbox.account_id]["us-east-1"].state_machines
    arn = account.client("stepfunctions").create_state_machine(
        name=f"machine-{status}",
        definition=MACHINE,
        roleArn=role(account, f"machine-{status}", "states.amazonaws.com"),
    )["stateMachineArn"]

    def end() -> None:
        machine = next(one for one in machines if one.arn == arn)
        while not machine.executions:
            time.sleep(0.01)
        execution = machine.executions[0]
        assert json.loads(execution.execution_input) == {"n": 5}
        execution.output, execution.cause, execution.status = '{"m": 6}', "as told", status

    ender = threading.Thread(target=end)
    ender.start()
    written = document(
        step(
            "Go", "executeStateMachine", {"stateMachineArn": arn, "input": {"n": "{{ N }}"}, "name": "first"}
        ),
        parameters={"N": {"type": "Integer"}},
        outputs=["Go.status", "Go.output"],
    )
    execution = account.run(written, {"N": 5})
    ender.join()
    if status == "SUCCEEDED":
        assert execution.outputs == {"Go.status": "SUCCEEDED", "Go.output": '{"m": 6}'}
    else:
        assert execution.failure_message == "Step Go: execution first is FAILED: as told"


INNER = document(
    script(
        "Say",
        "return {'Said': 'hello ' + events['who'], 'All': [events['who']]}",
        {"who": "{{ Who }}"},
        outputs=[output("Said", "$.Payload.Said", "String"), output("All", "$.Payload.All", "StringList")],
    ),
    parameters={"Who": {"type": "String"}},
    outputs=["Say.Said", "Say.All"],
)


def executes(name: str, **more: Any) -> dict[str, Any]:
    inputs = {"DocumentName": name, "RuntimeParameters": {"Who": ["you"]}, **more}
    return document(step("Other", "executeAutomation", inputs), outputs=["Other.Status", "Other.Output"])


def test_a_document_beside_runs_here_and_its_outputs_come_back(account: Account) -> None:
    beside = Surroundings(document={"Inner": INNER}.get)
    execution = account.run(executes("Inner"), surroundings=beside)
    assert execution.outputs == {"Other.Status": "Success", "Other.Output": ["hello you", "you"]}


def test_a_document_of_the_account_is_started_there(account: Account) -> None:
    ssm = account.client("ssm")
    ssm.create_document(
        Name="InTheAccount", DocumentType="Automation", DocumentFormat="JSON", Content=json.dumps(INNER)
    )
    execution = account.run(executes("InTheAccount"))
    assert execution.outputs == {"Other.Status": "Success", "Other.Output": ["hello you", "you"]}
    found = ssm.describe_automation_executions()["AutomationExecutionMetadataList"]
    assert [one["AutomationExecutionId"] for one in found if one["DocumentName"] == "InTheAccount"] == [
        execution.steps[0].outputs["ExecutionId"]
    ]


def test_a_document_for_many_targets_is_started_in_the_account_even_if_it_stands_beside(
    account: Account,
) -> None:
    targets = {"TargetParameterName": "Who", "Targets": [{"Key": "ParameterValues", "Values": ["a", "b"]}]}
    execution = account.run(
        executes("Inner", **targets), surroundings=Surroundings(document={"Inner": INNER}.get)
    )
    assert "ssm StartAutomationExecution: " in execution.failure_message


def test_a_document_that_fails_fails_the_step_that_runs_it(account: Account) -> None:
    beside = Surroundings(document={"Inner": document(fails("Bad"))}.get)
    inner = document(step("Other", "executeAutomation", {"DocumentName": "Inner"}))
    message = account.run(inner, surroundings=beside).failure_message
    assert message.startswith("Step Other: Inner (")
    assert ") is Failed: Step Bad: " in message


def test_parameters_that_the_other_document_refuses_fail_the_step(account: Account) -> None:
    beside = Surroundings(document={"Inner": INNER}.get)
    other = document(step("Other", "executeAutomation", {"DocumentName": "Inner"}))
    message = account.run(other, surroundings=beside).failure_message
    assert message == "Step Other: Who: a value is required and none was given"


def test_documents_that_run_each_other_end() -> None:
    round_and_round = document(step("Other", "executeAutomation", {"DocumentName": "Round"}))
    beside = Surroundings(document={"Round": round_and_round}.get)
    message = run_document(round_and_round, {}, {}, surroundings=beside).failure_message
    assert message.endswith("5 documents run one within the other; one of them runs itself")


def test_the_embedded_account_says_that_no_instance_answers_a_command(
    account: Account, instances: list[str]
) -> None:
    inputs = {
        "DocumentName": "AWS-RunShellScript",
        "InstanceIds": instances,
        "Parameters": {"commands": ["id"]},
    }
    message = account.run(document(step("Ask", "runCommand", inputs))).failure_message
    assert message.endswith("the embedded account has no instances that answer commands; run it on AWS")


APPROVE = step(
    "Approve",
    "approve",
    {
        "Approvers": ["arn:aws:iam::123456789012:user/lead"],
        "Message": "Stop {{ Id }}?",
        "MinRequiredApprovals": 1,
    },
)


@pytest.mark.parametrize(
    ("said", "status", "message"),
    [
        (True, "Success", ""),
        (False, "Failed", "Step Approve: it was not approved"),
        (
            None,
            "Failed",
            "Step Approve: it waits for an approval, and nobody is there to give one (--approve STEP)",
        ),
    ],
    ids=["approved", "rejected", "nobody"],
)
def test_an_approval_is_asked_for(account: Account, said: bool | None, status: str, message: str) -> None:
    asked: list[Question] = []

    def ask(question: Question) -> bool | None:
        asked.append(question)
        return said

    written = document(
        APPROVE, passes("After"), parameters={"Id": {"type": "String"}}, outputs=["Approve.ApprovalStatus"]
    )
    execution = account.run(written, {"Id": "i-1"}, Surroundings(ask=ask))
    assert (execution.status, execution.failure_message) == (status, message)
    assert execution.outputs == ({"Approve.ApprovalStatus": "Approved"} if said else {})
    assert asked == [
        Question("Approve", "aws:approve", "Stop i-1?", ("arn:aws:iam::123456789012:user/lead",), 1)
    ]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (True, ""),
        (False, "Step Wait: it was not resumed"),
        (None, "Step Wait: it pauses, and nobody is there to resume it (--approve STEP)"),
    ],
    ids=["resumed", "not resumed", "nobody"],
)
def test_a_pause_is_asked_about(account: Account, said: bool | None, message: str) -> None:
    surroundings = Surroundings(ask=lambda question: said if question.action == "aws:pause" else None)
    assert (
        account.run(document(step("Wait", "pause", {})), surroundings=surroundings).failure_message == message
    )
