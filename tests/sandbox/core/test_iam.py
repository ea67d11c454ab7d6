"""IAM as AWS has it, where moto is kinder or lacks something (test_plain_moto.py holds moto to its gaps)."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto.iam.exceptions import ValidationError

from rulebook.sandbox import KeySeed, Sandbox
from rulebook.sandbox.iam.paging import page_after_marker

DAY = timedelta(days=1)
USER_ID = re.compile(r"AIDA[A-Z2-7]{17}")


def error_code(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def own_client(account: Sandbox, user: str) -> tuple[Any, str]:
    """Return a client that signs with a user's first key, and that key's id."""
    keys = account.client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
    key_id = keys[0]["AccessKeyId"]
    return account.session(key_id).client("iam"), key_id


def test_users_come_a_hundred_at_a_time(account: Sandbox) -> None:
    names = [f"user-{number:03}" for number in range(150)]
    for name in reversed(names):
        account.add_user(name, DAY)
    iam = account.client("iam")
    first = iam.list_users()
    assert [user["UserName"] for user in first["Users"]] == names[:100]
    assert first["IsTruncated"] is True
    second = iam.list_users(Marker=first["Marker"])
    assert [user["UserName"] for user in second["Users"]] == names[100:]
    assert second["IsTruncated"] is False
    assert "Marker" not in second


def test_a_page_holds_what_is_asked_for(account: Sandbox) -> None:
    names = [f"user-{number}" for number in range(1150)]
    for name in names:
        account.add_user(name, DAY)
    paginator = account.client("iam").get_paginator("list_users")
    calls = {}
    for asked in (1000, 100, 499):
        account.calls.clear()
        pages = paginator.paginate(PaginationConfig={"PageSize": asked})
        assert sorted(user["UserName"] for one in pages for user in one["Users"]) == sorted(names)
        calls[asked] = len(account.calls)
    assert calls == {1000: 2, 100: 12, 499: 3}


def test_users_of_a_path(account: Sandbox) -> None:
    account.add_user("inside", DAY, "/division/team/")
    account.add_user("outside", DAY, "/other/")
    users = account.client("iam").list_users(PathPrefix="/division/")["Users"]
    assert [user["Arn"] for user in users] == ["arn:aws:iam::123456789012:user/division/team/inside"]


def test_more_than_a_thousand_or_a_foreign_marker_are_refused(account: Sandbox) -> None:
    iam = account.client("iam")
    assert error_code(iam.list_users, MaxItems=1001) == "ValidationError"
    assert error_code(iam.list_users, Marker="not ours") == "ValidationError"


def test_keys_have_pages_too(account: Sandbox) -> None:
    account.add_user("bob", 9 * DAY, keys=[KeySeed(8 * DAY), KeySeed(DAY)])
    iam = account.client("iam")
    first = iam.list_access_keys(UserName="bob", MaxItems=1)
    second = iam.list_access_keys(UserName="bob", MaxItems=1, Marker=first["Marker"])
    keys = [*first["AccessKeyMetadata"], *second["AccessKeyMetadata"]]
    assert (first["IsTruncated"], second["IsTruncated"]) == (True, False)
    assert keys == iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]
    assert keys[0]["CreateDate"] < keys[1]["CreateDate"]


@given(
    names=st.sets(st.text("abcXYZ,.@=+-_", min_size=1, max_size=5), max_size=30),
    size=st.integers(1, 7),
    data=st.data(),
)
def test_pages_list_everybody_once_though_somebody_listed_is_deleted(
    names: set[str], size: int, data: st.DataObject
) -> None:
    left, marker, listed = set(names), None, list[str]()
    while True:
        found = page_after_marker(left, str, marker, size)
        listed += found.items
        if found.marker is None:
            break
        marker = found.marker
        left -= set(data.draw(st.lists(st.sampled_from(listed), max_size=2)))
    assert listed == sorted(names)


@pytest.mark.parametrize("most", [0, 1001])
def test_a_page_is_one_to_a_thousand(most: int) -> None:
    with pytest.raises(ValidationError):
        page_after_marker(["a"], str, None, most)


def test_user_ids_are_aws_shaped_and_stay_when_the_name_goes_to_somebody_else(account: Sandbox) -> None:
    iam = account.client("iam")
    first = iam.create_user(UserName="bob")["User"]["UserId"]
    iam.delete_user(UserName="bob")
    second = iam.create_user(UserName="bob")["User"]["UserId"]
    seeded = account.add_user("eve", DAY)
    assert all(USER_ID.fullmatch(one) for one in (first, second, seeded))
    assert len({first, second, seeded}) == 3
    assert iam.get_user(UserName="eve")["User"]["UserId"] == seeded


def test_a_user_comes_with_tags_and_a_list_without(account: Sandbox) -> None:
    account.add_user("bob", DAY, tags={"rotation": "manual"})
    iam = account.client("iam")
    assert iam.get_user(UserName="bob")["User"]["Tags"] == [{"Key": "rotation", "Value": "manual"}]
    assert "Tags" not in iam.list_users()["Users"][0]


def test_a_renamed_user_keeps_id_tags_and_keys(account: Sandbox) -> None:
    user_id = account.add_user("bob", DAY, keys=[KeySeed(DAY)], tags={"rotation": "manual"})
    iam = account.client("iam")
    key_id = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.update_user(UserName="bob", NewUserName="robert", NewPath="/team/")
    user = iam.get_user(UserName="robert")["User"]
    assert (user["UserId"], user["Path"]) == (user_id, "/team/")
    assert user["Tags"] == [{"Key": "rotation", "Value": "manual"}]
    assert iam.list_access_keys(UserName="robert")["AccessKeyMetadata"][0]["UserName"] == "robert"
    assert iam.get_access_key_last_used(AccessKeyId=key_id)["UserName"] == "robert"
    assert error_code(iam.get_user, UserName="bob") == "NoSuchEntity"


def test_a_user_with_keys_a_password_or_groups_cannot_be_deleted(account: Sandbox) -> None:
    account.add_user("bob", DAY, keys=[KeySeed(DAY)])
    iam = account.client("iam")
    key_id = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.create_login_profile(UserName="bob", Password="correct horse battery")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="bob")
    assert error_code(iam.delete_user, UserName="bob") == "DeleteConflict"
    iam.delete_access_key(UserName="bob", AccessKeyId=key_id)
    assert error_code(iam.delete_user, UserName="bob") == "DeleteConflict"
    iam.delete_login_profile(UserName="bob")
    assert error_code(iam.delete_user, UserName="bob") == "DeleteConflict"
    iam.remove_user_from_group(GroupName="readers", UserName="bob")
    iam.delete_user(UserName="bob")
    assert iam.list_users()["Users"] == []


def test_key_actions_without_a_user_name_act_on_the_caller(account: Sandbox) -> None:
    admin = account.client("iam")
    for name in ("bob", "eve"):
        account.add_user(name, DAY, keys=[KeySeed(DAY)])
        admin.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    bob, bobs_key = own_client(account, "bob")
    _, eves_key = own_client(account, "eve")
    assert bob.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"] == bobs_key
    assert bob.get_user()["User"]["UserName"] == "bob"
    assert error_code(bob.delete_access_key, AccessKeyId=eves_key) == "NoSuchEntity"
    assert error_code(bob.update_access_key, AccessKeyId=eves_key, Status="Inactive") == "NoSuchEntity"
    assert bob.create_access_key()["AccessKey"]["UserName"] == "bob"
    bob.delete_access_key(AccessKeyId=bobs_key)
    assert len(admin.list_access_keys(UserName="bob")["AccessKeyMetadata"]) == 1
    assert len(admin.list_access_keys(UserName="eve")["AccessKeyMetadata"]) == 1


@pytest.mark.parametrize("operation", ["list_access_keys", "get_user", "create_access_key"])
def test_who_is_no_user_must_name_one(account: Sandbox, operation: str) -> None:
    assert error_code(getattr(account.client("iam"), operation)) == "ValidationError"


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("get_user", {"UserName": "nobody"}),
        ("list_access_keys", {"UserName": "nobody"}),
        ("list_user_tags", {"UserName": "nobody"}),
        ("delete_user", {"UserName": "nobody"}),
        ("update_user", {"UserName": "nobody", "NewUserName": "x"}),
        ("delete_access_key", {"UserName": "nobody", "AccessKeyId": "AKIA2222222222222222"}),
        ("delete_access_key", {"UserName": "bob", "AccessKeyId": "AKIA2222222222222222"}),
        ("update_access_key", {"UserName": "bob", "AccessKeyId": "AKIA2222222222222222", "Status": "Active"}),
        ("get_account_password_policy", {}),
        ("delete_account_password_policy", {}),
    ],
)
def test_what_is_not_there(account: Sandbox, operation: str, arguments: dict[str, str]) -> None:
    account.add_user("bob", DAY)
    assert error_code(getattr(account.client("iam"), operation), **arguments) == "NoSuchEntity"


def test_a_key_of_an_age_and_a_use(account: Sandbox) -> None:
    account.add_user("bob", 100 * DAY, keys=[KeySeed(90 * DAY, "Inactive", 3 * DAY), KeySeed(DAY)])
    iam = account.client("iam")
    old, new = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]
    assert (old["Status"], new["Status"]) == ("Inactive", "Active")
    assert new["CreateDate"] - old["CreateDate"] in {89 * DAY, 89 * DAY + timedelta(seconds=1)}
    assert old["CreateDate"].microsecond == 0
    used = iam.get_access_key_last_used(AccessKeyId=old["AccessKeyId"])["AccessKeyLastUsed"]
    assert used["LastUsedDate"] - old["CreateDate"] in {87 * DAY, 87 * DAY + timedelta(seconds=1)}
    never = iam.get_access_key_last_used(AccessKeyId=new["AccessKeyId"])["AccessKeyLastUsed"]
    assert never == {"ServiceName": "N/A", "Region": "N/A"}


def test_the_password_policy_leaves_out_what_is_not_set(account: Sandbox) -> None:
    account.set_password_policy(MinimumPasswordLength=8, RequireNumbers=True)
    policy = account.client("iam").get_account_password_policy()["PasswordPolicy"]
    assert policy == {
        "MinimumPasswordLength": 8,
        "RequireSymbols": False,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": False,
    }


def test_the_password_policy_says_what_is_set(account: Sandbox) -> None:
    iam = account.client("iam")
    iam.update_account_password_policy(
        MaxPasswordAge=90, PasswordReusePrevention=24, AllowUsersToChangePassword=True, HardExpiry=True
    )
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    chosen = {"MaxPasswordAge": 90, "PasswordReusePrevention": 24, "ExpirePasswords": True}
    assert chosen.items() <= policy.items()
    assert policy["AllowUsersToChangePassword"] is policy["HardExpiry"] is True


def test_an_unknown_setting_of_the_password_policy_is_refused(account: Sandbox) -> None:
    with pytest.raises(TypeError, match="MinPasswordLength"):
        account.set_password_policy(MinPasswordLength=8)


def test_a_use_shows_late_and_once_in_a_quarter_of_an_hour(account: Sandbox) -> None:
    account.add_user("bob", 9 * DAY, keys=[KeySeed(9 * DAY)])
    bob, key_id = own_client(account, "bob")
    minute = timedelta(minutes=1)

    def last_used() -> Any:
        asked = account.client("iam").get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"]
        return asked.get("LastUsedDate"), asked["ServiceName"]

    assert error_code(bob.list_users) == "AccessDenied"  # a refused call is a use, too
    assert last_used() == (None, "N/A")
    account.advance(14 * minute)
    assert error_code(bob.list_users) == "AccessDenied"
    assert last_used() == (None, "N/A")
    account.advance(minute)
    first, service = last_used()
    assert service == "iam"
    assert timedelta() <= datetime.now(UTC) - first - 15 * minute < minute
    assert error_code(bob.list_users) == "AccessDenied"
    assert last_used() == (first, "iam")
    account.advance(15 * minute)
    assert timedelta() <= datetime.now(UTC) - last_used()[0] - 15 * minute < minute


def test_list_users_may_be_late(account: Sandbox) -> None:
    """Off unless asked for; everything else answers at once, as on AWS."""
    iam = account.client("iam")

    def listed() -> list[str]:
        return [user["UserName"] for user in iam.list_users()["Users"]]

    for name in ("ada", "bob", "eve"):
        iam.create_user(UserName=name)
    account.list_users_late(timedelta(seconds=30))
    iam.create_user(UserName="new")
    iam.delete_user(UserName="ada")
    iam.update_user(UserName="bob", NewUserName="robert")
    assert listed() == ["ada", "bob", "eve"]
    assert iam.get_user(UserName="new")["User"]["UserName"] == "new"
    assert error_code(iam.get_user, UserName="ada") == "NoSuchEntity"
    account.advance(timedelta(seconds=31))
    assert listed() == ["eve", "new", "robert"]
    iam.delete_user(UserName="new")
    assert "new" in listed()
    account.list_users_late(timedelta())
    assert listed() == ["eve", "robert"]


def test_the_last_use_of_a_key_that_is_not_there_is_denied_to_anybody(account: Sandbox) -> None:
    """Not NoSuchEntity: localstack/localstack, snapshots of its IAM tests, recorded on AWS on 2026-02-24."""
    ask = account.client("iam").get_access_key_last_used
    assert error_code(ask, AccessKeyId="AKIA2222222222222222") == "AccessDenied"


def trust(**changes: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    kept = {name: value for name, value in (statement | changes).items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [kept]})


NO_TRUST = {
    "a number": "3",
    "a list": "[]",
    "null": "null",
    "nothing": "{}",
    "a number as statement": json.dumps({"Version": "2012-10-17", "Statement": 3}),
    "a list of effects": trust(Effect=["Allow"]),
    "no such effect": trust(Effect="Maybe"),
    "a number as action": trust(Action=3),
    "nobody": trust(Principal=None),
    "an empty principal": trust(Principal={}),
    "a number as principal": trust(Principal=3),
    "a number as service": trust(Principal={"Service": 3}),
    "a resource": trust(Resource="*"),
    "far too deep": "[" * 5000 + "]" * 5000,
}


def test_a_role_trusts_only_whom_a_trust_policy_names(account: Sandbox) -> None:
    """When it is created and when it is changed; IAM takes the version from before 2012, too."""
    iam = account.client("iam")
    old = trust().replace("2012-10-17", "2008-10-17")
    for name, policy in {"kept": trust(), "old": old, "all": trust(Principal="*")}.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    for policy in NO_TRUST.values():
        create = error_code(iam.create_role, RoleName="new", AssumeRolePolicyDocument=policy)
        update = error_code(iam.update_assume_role_policy, RoleName="kept", PolicyDocument=policy)
        assert (create, update) == ("MalformedPolicyDocument", "MalformedPolicyDocument"), policy
    assert {one["RoleName"] for one in iam.list_roles()["Roles"]} == {"kept", "old", "all"}
