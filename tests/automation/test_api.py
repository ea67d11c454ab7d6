"""Steps that call AWS, against a moto server."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from automation.account import step as api
from automation.conftest import document, output, script
from rulebook.automation import run_document


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Serve an account with the user alice, who has an access key and a tag; yield what reaches it."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    iam = boto3.client(
        "iam",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        region_name="us-east-1",
        endpoint_url=settings["AWS_ENDPOINT_URL"],
    )
    iam.create_user(UserName="alice", Tags=[{"Key": "Team", "Value": "{{ Name }}"}])
    iam.create_access_key(UserName="alice")
    yield settings
    server.stop()


GET_ALICE = {"Service": "iam", "Api": "GetUser", "UserName": "{{ Name }}"}
NAME = {"Name": {"type": "String", "default": "alice"}}


def status_of(
    action: str, environment: dict[str, str], selector: str, *desired: Any, **more: Any
) -> tuple[str, str]:
    inputs = {**GET_ALICE, "PropertySelector": selector, "DesiredValues": list(desired)}
    execution = run_document(document(api("A", action, inputs, **more), parameters=NAME), {}, environment)
    return execution.status, execution.failure_message


def test_the_account_is_that_of_the_credentials(environment: dict[str, str]) -> None:
    step = script("A", "return events", {"account": "{{ global:ACCOUNT_ID }}"})
    execution = run_document(document(step), {}, environment)
    assert execution.steps[0].outputs["Payload"] == {"account": "123456789012"}
    assert execution.steps[0].inputs["InputPayload"] == {"account": "{{ global:ACCOUNT_ID }}"}


@pytest.mark.parametrize(("service", "name"), [("iam", "GetUser"), ("iam", "get_user"), ("IAM", "getUser")])
def test_an_api_is_called_by_any_of_its_names(environment: dict[str, str], service: str, name: str) -> None:
    outputs = [
        output("Name", "$.User.UserName", "String"),
        output("Created", "$.User.CreateDate", "String"),
        output("Status", "$.ResponseMetadata.HTTPStatusCode", "Integer"),
        output("Tags", "$.User.Tags", "MapList"),
    ]
    step = api("A", "executeAwsApi", {**GET_ALICE, "Service": service, "Api": name}, outputs=outputs)
    execution = run_document(
        document(step, parameters=NAME, outputs=["A.Name", "A.Status", "A.Tags"]), {}, environment
    )
    assert execution.outputs == {
        "A.Name": "alice",
        "A.Status": 200,
        "A.Tags": [{"Key": "Team", "Value": "{{ Name }}"}],
    }
    assert execution.steps[0].outputs["Created"].startswith("20")


def test_an_api_takes_arguments_of_any_type_and_feeds_the_next_step(environment: dict[str, str]) -> None:
    steps = (
        api(
            "Tag",
            "executeAwsApi",
            {
                "Service": "iam",
                "Api": "TagUser",
                "UserName": "alice",
                "Tags": [{"Key": "A", "Value": "{{ V }}"}],
            },
        ),
        api(
            "List",
            "executeAwsApi",
            {"Service": "iam", "Api": "ListUserTags", "UserName": "alice", "MaxItems": 100},
            outputs=[output("Keys", "$.Tags[*].Key", "StringList")],
        ),
        script("See", "return events['keys']", {"keys": "{{ List.Keys }}"}),
    )
    written = document(*steps, parameters={"V": {"type": "String"}})
    execution = run_document(written, {"V": ["{{ List.Keys }}"]}, environment)
    assert (execution.failure_message, execution.steps[2].outputs["Payload"]) == ("", ["Team", "A"])


BAD_CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "an error of AWS": (
        {"Service": "iam", "Api": "GetUser", "UserName": "nobody"},
        "Step A: iam GetUser: NoSuchEntityException: An error occurred (NoSuchEntity) when calling",
    ),
    "an unknown service": (
        {"Service": "aim", "Api": "GetUser"},
        "Step A: aim GetUser: UnknownServiceError: Unknown",
    ),
    "an unknown API": (
        {"Service": "iam", "Api": "GetUsers"},
        "Step A: iam GetUsers: AttributeError: iam has no API GetUsers",
    ),
    "an argument of another type": (
        {"Service": "iam", "Api": "ListUsers", "MaxItems": "5"},
        "Step A: iam ListUsers: ParamValidationError: Parameter validation failed: Invalid type for",
    ),
}


@pytest.mark.parametrize(("inputs", "message"), BAD_CALLS.values(), ids=list(BAD_CALLS))
def test_a_call_that_is_refused_fails_the_step(
    environment: dict[str, str], inputs: dict[str, Any], message: str
) -> None:
    execution = run_document(document(api("A", "executeAwsApi", inputs)), {}, environment)
    assert execution.status == "Failed"
    assert execution.failure_message.startswith(message)


def test_without_credentials_a_call_fails(environment: dict[str, str]) -> None:
    bare = {name: value for name, value in environment.items() if "KEY" not in name}
    execution = run_document(document(api("A", "executeAwsApi", GET_ALICE), parameters=NAME), {}, bare)
    assert (
        execution.failure_message == "Step A: iam GetUser: NoCredentialsError: Unable to locate credentials"
    )


def test_a_property_that_is_as_desired_passes(environment: dict[str, str]) -> None:
    selector = "$.User.Tags[0].Key"
    assert status_of("assertAwsResourceProperty", environment, selector, "x", "Team") == ("Success", "")


def test_a_number_is_compared_as_text(environment: dict[str, str]) -> None:
    selector = "$.ResponseMetadata.HTTPStatusCode"
    assert status_of("assertAwsResourceProperty", environment, selector, "200") == ("Success", "")


def test_a_property_that_is_not_as_desired_fails(environment: dict[str, str]) -> None:
    assert status_of("assertAwsResourceProperty", environment, "$.User.UserName", "bob", "carol") == (
        "Failed",
        "Step A: $.User.UserName is alice, not bob or carol",
    )


def test_a_property_that_is_not_there_fails(environment: dict[str, str]) -> None:
    assert status_of("assertAwsResourceProperty", environment, "$.User.Nothing", "x") == (
        "Failed",
        "Step A: there is nothing at $.User.Nothing",
    )


def test_waiting_ends_when_the_property_is_as_desired(environment: dict[str, str]) -> None:
    assert status_of("waitForAwsResourceProperty", environment, "$.User.UserName", "alice") == ("Success", "")


def test_waiting_ends_when_time_is_up(environment: dict[str, str]) -> None:
    assert status_of(
        "waitForAwsResourceProperty", environment, "$.User.UserName", "bob", timeoutSeconds=2
    ) == ("TimedOut", "Step A: timeoutSeconds have passed")


def test_a_script_uses_boto3_with_the_credentials_given(environment: dict[str, str]) -> None:
    source = """
    import boto3

    def handler(events, context):
        iam = boto3.client("iam")
        keys = iam.list_access_keys(UserName=events["user"])["AccessKeyMetadata"]
        for key in keys:
            iam.delete_access_key(UserName=events["user"], AccessKeyId=key["AccessKeyId"])
        left = iam.list_access_keys(UserName=events["user"])["AccessKeyMetadata"]
        return {"Deleted": len(keys), "Left": len(left)}
    """
    outputs = [output("Deleted", "$.Payload.Deleted", "Integer"), output("Left", "$.Payload.Left", "Integer")]
    step = script("A", source, {"user": "alice"}, outputs=outputs)
    execution = run_document(document(step, outputs=["A.Deleted", "A.Left"]), {}, environment)
    assert (execution.failure_message, execution.outputs) == ("", {"A.Deleted": 1, "A.Left": 0})


def test_an_error_of_aws_within_a_script_is_named_with_its_line(environment: dict[str, str]) -> None:
    source = "import boto3\nboto3.client('iam').get_user(UserName='nobody')"
    execution = run_document(document(script("A", source)), {}, environment)
    assert execution.failure_message == (
        "Step A: NoSuchEntityException: An error occurred (NoSuchEntity) when calling the GetUser operation: "
        "The user with name nobody cannot be found. (line 3 of the script)"
    )
