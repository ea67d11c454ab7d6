"""AWS Config must be set up here, and must record IAM users."""

import json
from typing import Any

import pytest

from operating.doctor.conftest import ACCOUNT, Clone, StubbedSession, examination, found, set_up_config
from rulebook.operating.doctor.checks import recorded_users, recorder
from rulebook.sandbox import Sandbox

USER = "AWS::IAM::User"


def test_a_region_without_a_recorder_is_an_error_once(account: Sandbox, clone: Clone) -> None:
    account.client("s3").create_bucket(Bucket=f"config-rule-code-bucket-{ACCOUNT}-us-east-1")
    subject = examination(clone)
    assert found(recorder, subject) == [
        ("error", "recorder", "there is none in us-east-1: AWS Config is not set up")
    ]
    assert found(recorded_users, subject) == []
    assert account.calls


def test_a_recorder_that_is_on_and_records_users_is_ok(account: Sandbox, clone: Clone) -> None:
    set_up_config(account)
    subject = examination(clone)
    assert found(recorder, subject) == [
        ("ok", "recorder default", "is on"),
        ("ok", "delivery channel", "default delivers to a bucket"),
    ]
    assert found(recorded_users, subject) == [("ok", "recorder default", f"records {USER}")]


def test_a_recorder_that_is_off_is_an_error(account: Sandbox, clone: Clone) -> None:
    set_up_config(account)
    account.client("config").stop_configuration_recorder(ConfigurationRecorderName="default")
    assert found(recorder, examination(clone))[0] == ("error", "recorder default", "is off")


def test_a_missing_delivery_channel_is_an_error(account: Sandbox, clone: Clone) -> None:
    set_up_config(account)
    config = account.client("config")
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    config.delete_delivery_channel(DeliveryChannelName="default")
    assert ("error", "delivery channel", "there is none in us-east-1") in found(recorder, examination(clone))


def test_what_failed_last_is_told(stubbed: StubbedSession, clone: Clone) -> None:
    config = stubbed.stub("config")
    config.add_response(
        "describe_configuration_recorders",
        {"ConfigurationRecorders": [{"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config"}]},
    )
    status = {
        "name": "default",
        "recording": True,
        "lastStatus": "Failure",
        "lastErrorMessage": "bucket gone",
    }
    config.add_response("describe_configuration_recorder_status", {"ConfigurationRecordersStatus": [status]})
    config.add_response("describe_delivery_channels", {"DeliveryChannels": [{"name": "default"}]})
    assert found(recorder, examination(clone, stubbed))[0] == (
        "warning",
        "recorder default",
        "is on, but failed last: bucket gone",
    )


def test_a_recorder_of_another_aws_service_does_not_count(stubbed: StubbedSession, clone: Clone) -> None:
    theirs = {"name": "AWSConfigurationRecorderForX", "servicePrincipal": "x.amazonaws.com"}
    stubbed.stub("config").add_response(
        "describe_configuration_recorders", {"ConfigurationRecorders": [theirs]}
    )
    stubbed.stub("s3").add_response("head_bucket", {})
    assert found(recorder, examination(clone, stubbed))[0][0] == "error"


@pytest.mark.parametrize(
    ("group", "why"),
    [
        pytest.param({"allSupported": True, "includeGlobalResourceTypes": True}, None, id="everything"),
        pytest.param(
            {"allSupported": True, "includeGlobalResourceTypes": False},
            "includeGlobalResourceTypes is off",
            id="everything but the global types",
        ),
        pytest.param({"allSupported": True}, "includeGlobalResourceTypes is off", id="the default"),
        pytest.param({"resourceTypes": [USER, "AWS::S3::Bucket"]}, None, id="a list with users"),
        pytest.param(
            {"resourceTypes": ["AWS::S3::Bucket"]},
            "its list of types does not name them",
            id="a list without",
        ),
        pytest.param({}, "its list of types does not name them", id="nothing at all"),
        pytest.param(
            {
                "allSupported": False,
                "resourceTypes": [USER],
                "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"},
            },
            None,
            id="inclusion strategy",
        ),
        pytest.param(
            {
                "exclusionByResourceTypes": {"resourceTypes": ["AWS::S3::Bucket"]},
                "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
            },
            None,
            id="exclusion of something else",
        ),
        pytest.param(
            {
                "exclusionByResourceTypes": {"resourceTypes": [USER]},
                "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
            },
            "its exclusion list names them",
            id="exclusion of users",
        ),
        pytest.param(
            {"exclusionByResourceTypes": {"resourceTypes": [USER]}},
            "its exclusion list names them",
            id="exclusion of users without a strategy",
        ),
    ],
)
def test_every_recording_group_is_read_as_config_reads_it(group: dict[str, Any], why: str | None) -> None:
    answer = recorded_users.why_not(group)
    assert (answer and answer[0]) == why


def test_users_left_out_are_an_error(account: Sandbox, clone: Clone) -> None:
    set_up_config(account, allSupported=True, includeGlobalResourceTypes=False)
    assert found(recorded_users, examination(clone)) == [
        ("error", "recorder default", f"does not record {USER}: includeGlobalResourceTypes is off")
    ]


def test_a_region_that_came_after_february_2022_cannot_record_users(
    stubbed: StubbedSession, clone: Clone
) -> None:
    recording = {"allSupported": True, "includeGlobalResourceTypes": True}
    stubbed.stub("config").add_response(
        "describe_configuration_recorders",
        {"ConfigurationRecorders": [{"name": "default", "recordingGroup": recording}]},
    )
    assert found(recorded_users, examination(clone, stubbed, region="eu-central-2")) == [
        ("error", "recorder default", f"Config cannot record {USER} in eu-central-2")
    ]


def configure_trigger(clone: Clone, *types: str) -> None:
    path = clone.project.config
    settings = json.loads(path.read_text(encoding="utf-8"))
    for rule in settings["rules"].values():
        del rule["frequency"]
        rule["resourceTypes"] = [*types]
    path.write_text(json.dumps(settings), encoding="utf-8")


def test_a_type_whose_changes_trigger_a_rule_is_recorded(account: Sandbox, clone: Clone) -> None:
    configure_trigger(clone, "AWS::S3::Bucket")
    set_up_config(account, allSupported=False, resourceTypes=[USER])
    missing = (
        "does not record AWS::S3::Bucket, whose changes trigger a rule: its list of types does not name them"
    )
    assert found(recorded_users, examination(clone)) == [
        ("error", "recorder default", missing),
        ("ok", "recorder default", f"records {USER}"),
    ]


def test_users_need_not_be_recorded_where_no_rule_is_about_them(account: Sandbox, clone: Clone) -> None:
    configure_trigger(clone, "AWS::S3::Bucket")
    for path in clone.project.root.glob("rules/*/*.py"):
        path.write_text(path.read_text("utf-8").replace(USER, "AWS::S3::Bucket"), encoding="utf-8")
    set_up_config(account, allSupported=True, includeGlobalResourceTypes=False)
    assert found(recorded_users, examination(clone)) == [
        ("ok", "recorder default", "records AWS::S3::Bucket")
    ]
