"""ListDiscoveredResources for IAM users: what Config recorded, which is not always what is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox
from rulebook.sandbox.config import state

from .conftest import PlayedRule


@pytest.fixture
def people(account: Sandbox) -> Iterator[dict[str, str]]:
    """Three users: ids by name."""
    made = {name: account.add_user(name, timedelta(days=9)) for name in ("ada", "bob", "eve")}
    yield made
    iam = account.client("iam")
    for user in iam.list_users()["Users"]:
        iam.delete_user(UserName=user["UserName"])


def listed(config: Any, **ask: Any) -> dict[str, str]:
    answer = config.list_discovered_resources(resourceType="AWS::IAM::User", **ask)
    return {one["resourceName"]: one["resourceId"] for one in answer["resourceIdentifiers"]}


@pytest.mark.usefixtures("recorder")
def test_users_are_found_by_id_and_by_name(config: Any, people: dict[str, str]) -> None:
    assert listed(config) == people
    assert listed(config, resourceName="bob") == {"bob": people["bob"]}
    assert listed(config, resourceIds=[people["ada"], "AIDAUNKNOWN"]) == {"ada": people["ada"]}
    assert listed(config, resourceName="nobody") == {}


@pytest.mark.usefixtures("recorder")
def test_pages_together_hold_everyone(config: Any, people: dict[str, str]) -> None:
    first = config.list_discovered_resources(resourceType="AWS::IAM::User", limit=2)
    second = config.list_discovered_resources(
        resourceType="AWS::IAM::User", limit=2, nextToken=first["nextToken"]
    )
    found = [one["resourceId"] for page in (first, second) for one in page["resourceIdentifiers"]]
    assert found == sorted(people.values())
    assert "nextToken" not in second


@pytest.mark.usefixtures("recorder")
def test_config_knows_users_as_they_were_recorded_last(
    rule: PlayedRule, account: Sandbox, people: dict[str, str]
) -> None:
    iam = account.client("iam")
    assert set(listed(rule.config)) == set(people)
    iam.update_user(UserName="ada", NewUserName="grace")
    iam.create_user(UserName="new")
    assert set(listed(rule.config)) == {"ada", "bob", "eve"}
    rule.evaluate()
    assert listed(rule.config)["grace"] == people["ada"]
    assert set(listed(rule.config)) == {"grace", "bob", "eve", "new"}
    iam.delete_user(UserName="new")
    account.advance(timedelta(minutes=1))
    assert set(listed(rule.config)) == {"grace", "bob", "eve"}


@pytest.mark.usefixtures("people")
def test_without_a_recorder_config_refuses(config: Any) -> None:
    with pytest.raises(ClientError) as refusal:
        listed(config)
    assert refusal.value.response["Error"]["Code"] == "NoAvailableConfigurationRecorderException"


@pytest.mark.usefixtures("people", "recorder")
def test_a_recorder_that_leaves_out_global_types_knows_nobody(config: Any) -> None:
    recorder = config.describe_configuration_recorders()["ConfigurationRecorders"][0]
    recorder["recordingGroup"] = {"allSupported": True, "includeGlobalResourceTypes": False}
    config.put_configuration_recorder(
        ConfigurationRecorder={key: recorder[key] for key in ("name", "roleARN", "recordingGroup")}
    )
    assert listed(config) == {}


@pytest.mark.usefixtures("recorder")
def test_a_recorder_that_excludes_types_records_the_others(config: Any, people: dict[str, str]) -> None:
    """Global types too, though the flag for them is off then (API reference of RecordingStrategy)."""
    recorder = config.describe_configuration_recorders()["ConfigurationRecorders"][0]
    for excluded, known in (["AWS::EC2::Instance"], people), (["AWS::IAM::User"], {}):
        group = {
            "allSupported": False,
            "includeGlobalResourceTypes": False,
            "exclusionByResourceTypes": {"resourceTypes": excluded},
            "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
        }
        config.put_configuration_recorder(
            ConfigurationRecorder={
                "name": recorder["name"],
                "roleARN": recorder["roleARN"],
                "recordingGroup": group,
            }
        )
        state.config_state("123456789012", "us-east-1").users.clear()
        assert listed(config) == known
