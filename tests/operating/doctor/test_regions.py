"""IAM is global: one region owns the rules."""

import pytest

from operating.doctor.conftest import KEYS, Clone, StubbedSession, examination, found
from rulebook.operating.doctor.checks import deployed_elsewhere, one_region
from rulebook.sandbox import Sandbox

SUBJECT = "rdk_config.json: default"


def test_one_region_with_the_session_in_it_is_ok(clone: Clone, stubbed: StubbedSession) -> None:
    assert found(one_region, examination(clone, stubbed)) == [
        ("ok", SUBJECT, "us-east-1 owns the rules, and this session is in it")
    ]


def test_two_regions_are_one_too_many(clone: Clone, stubbed: StubbedSession) -> None:
    clone.configure("default", ["us-east-1", "eu-west-1"])
    assert found(one_region, examination(clone, stubbed)) == [
        (
            "warning",
            SUBJECT,
            "lists us-east-1, eu-west-1; IAM is global, so each would judge and remedy the same users",
        )
    ]


def test_a_session_elsewhere_is_told_before_it_deploys_there(clone: Clone, stubbed: StubbedSession) -> None:
    assert found(one_region, examination(clone, stubbed, region="eu-west-1")) == [
        (
            "warning",
            SUBJECT,
            "lists us-east-1, but this session is in eu-west-1: `rdk deploy` and `rdk -f` would differ",
        )
    ]


def test_a_rule_deployed_in_another_listed_region_is_found(account: Sandbox, clone: Clone) -> None:
    clone.configure("default", ["us-east-1", "eu-west-1", "eu-north-1"])
    account.session().client("config", region_name="eu-west-1").put_config_rule(
        ConfigRule={
            "ConfigRuleName": KEYS,
            "Source": {"Owner": "AWS", "SourceIdentifier": "ACCESS_KEYS_ROTATED"},
            "InputParameters": '{"maxAccessKeyAge": "90"}',
        }
    )
    assert found(deployed_elsewhere, examination(clone)) == [
        ("warning", KEYS, "is deployed in eu-west-1 already"),
        ("ok", "eu-north-1", "has none of these rules"),
    ]


@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"])
def test_a_region_that_is_not_enabled_could_not_be_checked(
    stubbed: StubbedSession, clone: Clone, code: str
) -> None:
    clone.configure("default", ["us-east-1", "me-south-1"])
    stubbed.stub("config").add_client_error("describe_config_rules", code)
    assert found(deployed_elsewhere, examination(clone, stubbed)) == [
        ("could-not-check", "me-south-1", f"refuses these credentials ({code})")
    ]
