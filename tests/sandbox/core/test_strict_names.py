"""Users, tags and keys as strict as IAM has them, and whatever it takes survives save and load."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faults.direct import Direct
from rulebook.sandbox import Sandbox
from sandbox.core.raw import refused

DAY = timedelta(days=1)


def message(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Message"])


BAD_NAMES = {
    "a colon": "a:b",
    "a blank": "a b",
    "an accent": "zoé",
    "65 characters": "x" * 65,
    "a slash": "a/b",
}


@pytest.mark.parametrize("bad", BAD_NAMES)
def test_a_user_name_that_iam_does_not_take(account: Sandbox, bad: str) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="bob")
    assert refused(iam.create_user, UserName=BAD_NAMES[bad]) == ("ValidationError", 400)
    assert refused(iam.update_user, UserName="bob", NewUserName=BAD_NAMES[bad]) == ("ValidationError", 400)
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["bob"]


def test_a_stacks_user_is_named_as_strictly(account: Sandbox) -> None:
    template = {"Resources": {"User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "a b"}}}}
    with suppress(ClientError):
        account.client("cloudformation").create_stack(StackName="people", TemplateBody=json.dumps(template))
    assert account.client("iam").list_users()["Users"] == []


def test_what_iam_takes_is_taken(account: Sandbox) -> None:
    iam = account.client("iam")
    for name in ("x" * 64, "a+b=c,d.e@f-g_h", "1"):
        assert iam.create_user(UserName=name, Path="/a/b/")["User"]["UserName"] == name


def test_names_differ_by_more_than_case(account: Sandbox) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="Alice")
    iam.create_user(UserName="bob")
    assert refused(iam.create_user, UserName="alice") == ("EntityAlreadyExists", 409)
    assert refused(iam.update_user, UserName="bob", NewUserName="ALICE") == ("EntityAlreadyExists", 409)
    assert message(iam.create_user, UserName="alice") == "User with name alice already exists."
    iam.update_user(UserName="alice", NewUserName="ALICE")
    assert sorted(user["UserName"] for user in iam.list_users()["Users"]) == ["ALICE", "bob"]


def test_a_user_is_found_in_any_case(account: Sandbox) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="Alice", Tags=[{"Key": "team", "Value": "red"}])
    key = iam.create_access_key(UserName="ALICE")["AccessKey"]["AccessKeyId"]
    assert iam.get_user(UserName="alice")["User"]["UserName"] == "Alice"
    assert iam.list_access_keys(UserName="aLICE")["AccessKeyMetadata"][0]["UserName"] == "Alice"
    assert iam.get_access_key_last_used(AccessKeyId=key)["UserName"] == "Alice"
    assert iam.list_user_tags(UserName="alice")["Tags"] == [{"Key": "team", "Value": "red"}]
    iam.update_access_key(UserName="alice", AccessKeyId=key, Status="Inactive")
    iam.delete_access_key(UserName="alice", AccessKeyId=key)
    iam.delete_user(UserName="alice")
    assert refused(iam.get_user, UserName="Alice") == ("NoSuchEntity", 404)
    iam.create_user(UserName="alice")
    assert iam.get_user(UserName="ALICE")["User"]["UserName"] == "alice"


def test_a_key_has_one_of_iams_words_as_status(account: Sandbox) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    change = {"UserName": "bob", "AccessKeyId": key}
    assert refused(iam.update_access_key, Status="inactive", **change) == ("ValidationError", 400)
    assert "at 'status' failed to satisfy constraint: Member must satisfy enum value set" in message(
        iam.update_access_key, Status="", **change
    )
    assert iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["Status"] == "Active"


def test_several_values_out_of_range_are_one_error(account: Sandbox) -> None:
    asked = {"MinimumPasswordLength": 129, "MaxPasswordAge": 1096, "PasswordReusePrevention": 25}
    text = message(account.client("iam").update_account_password_policy, **asked)
    assert text.startswith("3 validation errors detected: ")
    for place, most in (
        ("minimumPasswordLength", 128),
        ("maxPasswordAge", 1095),
        ("passwordReusePrevention", 24),
    ):
        assert (
            f"at '{place}' failed to satisfy constraint: Member must have value less than or equal to {most}"
            in text
        )


# Tags


def tags(account: Sandbox) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in account.client("iam").list_user_tags(UserName="bob")["Tags"]}


def tag(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def test_tag_keys_differ_by_more_than_case(account: Sandbox) -> None:
    iam = account.client("iam")
    assert refused(iam.create_user, UserName="bob", Tags=tag(Team="a", team="b")) == ("InvalidInput", 400)
    iam.create_user(UserName="bob", Tags=tag(Team="a", site="x"))
    assert refused(iam.tag_user, UserName="bob", Tags=tag(A="a", a="b")) == ("InvalidInput", 400)
    iam.tag_user(UserName="bob", Tags=tag(TEAM="b"))
    assert tags(account) == {"site": "x", "TEAM": "b"}
    iam.untag_user(UserName="bob", TagKeys=["team"])
    assert tags(account) == {"site": "x"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([{"Key": "x" * 129, "Value": ""}], "ValidationError"),
        ([{"Key": "x", "Value": "y" * 257}], "ValidationError"),
        ([{"Key": "a;b", "Value": ""}], "ValidationError"),
        ([{"Key": "a", "Value": "b;c"}], "ValidationError"),
        ([{"Key": "aws:x", "Value": ""}], "InvalidInput"),
        ([{"Key": f"k{number}", "Value": ""} for number in range(50)], "LimitExceeded"),
    ],
)
def test_a_tag_that_iam_does_not_take(account: Sandbox, given: list[dict[str, str]], code: str) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="bob", Tags=tag(site="x"))
    assert refused(iam.tag_user, UserName="bob", Tags=given)[0] == code
    assert tags(account) == {"site": "x"}


def test_a_third_key_is_a_matter_of_the_quota(account: Sandbox) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="bob")
    for _ in range(2):
        iam.create_access_key(UserName="bob")
    assert refused(iam.create_access_key, UserName="bob") == ("LimitExceeded", 409)
    account.allow_keys_per_user(3)
    iam.create_access_key(UserName="bob")
    assert refused(iam.create_access_key, UserName="bob") == ("LimitExceeded", 409)


# Save and load


@pytest.fixture
def shared() -> Iterator[tuple[Sandbox, Any]]:
    """An account, and a client of its IAM that is answered in this thread."""
    direct = Direct()
    with direct.watching(), Sandbox.start() as running:
        running.allow_keys_per_user(4)
        iam = running.client("iam")
        iam.meta.events.register("before-send", direct.send)
        yield running, iam


texts = st.text(st.characters(codec="utf-8"), max_size=70) | st.text("aB:é.@-_ /=", max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=texts,
    path=texts.map(lambda text: f"/{text}/"),
    given_tags=st.lists(st.tuples(texts, texts), max_size=4),
    status=st.sampled_from(["Active", "Inactive", "Expired", "active"]),
    policy=st.fixed_dictionaries(
        {}, optional={"MinimumPasswordLength": st.integers(0, 200), "MaxPasswordAge": st.integers(0, 2000)}
    ),
)
def test_whatever_it_takes_survives_save_and_load(  # noqa: PLR0913, PLR0917 - what a person may set
    shared: tuple[Sandbox, Any],
    tmp_path: Path,
    name: str,
    path: str,
    given_tags: list[tuple[str, str]],
    status: str,
    policy: Any,
) -> None:
    (account, iam), file = shared, tmp_path / "account.json"
    pairs = [{"Key": key, "Value": value} for key, value in given_tags]
    calls: list[tuple[Any, dict[str, Any]]] = [
        (iam.create_user, {"UserName": "fixed"}),
        (iam.create_user, {"UserName": name, "Path": path, "Tags": pairs}),
        (iam.tag_user, {"UserName": "fixed", "Tags": pairs}),
        (iam.update_user, {"UserName": "fixed", "NewPath": path}),
        (iam.update_account_password_policy, policy),
    ]
    for call, arguments in calls:
        attempt(call, **arguments)
    attempt(iam.create_access_key, UserName="fixed")  # refused from the fifth example on
    for key in iam.list_access_keys(UserName="fixed")["AccessKeyMetadata"][:2]:
        attempt(iam.update_access_key, UserName="fixed", AccessKeyId=key["AccessKeyId"], Status=status)
    account.save(file)
    before = file.read_text()
    account.restore(file)
    account.save(file)
    assert file.read_text() == before


def attempt(call: Any, **arguments: Any) -> None:
    """Do it if it is allowed; a refusal must be IAM's or the SDK's."""
    try:
        call(**arguments)
    except ParamValidationError:
        return
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] == "InternalFailure":
            raise
