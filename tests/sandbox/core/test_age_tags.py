"""Ages given by tags, with nothing but an AWS client: obeyed, and not kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import Sandbox

TRUST = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}'


def days(when: datetime) -> float:
    return (datetime.now(UTC) - when) / timedelta(days=1)


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def order(name: str, value: int | str) -> list[dict[str, str]]:
    return [{"Key": f"rulebook:{name}", "Value": str(value)}]


@pytest.fixture
def iam(account: Sandbox) -> Any:
    client = account.client("iam")
    client.create_user(UserName="ada", Tags=[*order("age-days", 400), *tags(team="red")])
    return client


def test_a_new_user_may_be_old_and_keeps_no_order(iam: Any) -> None:
    user = iam.get_user(UserName="ada")["User"]
    assert days(user["CreateDate"]) == pytest.approx(400, abs=0.01)
    assert iam.list_user_tags(UserName="ada")["Tags"] == tags(team="red")


def test_one_key_of_two_gets_an_age_and_a_last_use(account: Sandbox, iam: Any) -> None:
    old, new = (iam.create_access_key(UserName="ada")["AccessKey"]["AccessKeyId"] for _ in range(2))
    iam.tag_user(UserName="ada", Tags=[*order(f"age-days/{old}", 120), *order(f"last-used-days/{old}", 30)])
    keys = {one["AccessKeyId"]: one for one in iam.list_access_keys(UserName="ada")["AccessKeyMetadata"]}
    assert days(keys[old]["CreateDate"]) == pytest.approx(120, abs=0.01)
    assert days(keys[new]["CreateDate"]) == pytest.approx(0, abs=0.01)
    used = iam.get_access_key_last_used(AccessKeyId=old)["AccessKeyLastUsed"]
    assert days(used["LastUsedDate"]) == pytest.approx(30, abs=0.01)
    assert iam.list_user_tags(UserName="ada")["Tags"] == tags(team="red")
    while iam.generate_credential_report()["State"] != "COMPLETE":
        account.advance(timedelta(seconds=1))
    header, _, row = iam.get_credential_report()["Content"].decode().splitlines()
    read = dict(zip(header.split(","), row.split(","), strict=True))
    rotated = {days(datetime.fromisoformat(read[f"access_key_{n}_last_rotated"])) // 1 for n in (1, 2)}
    assert rotated == {120, 0}


def test_a_password_a_device_and_a_role_get_an_age(account: Sandbox, iam: Any) -> None:
    account.add_user("bob", timedelta(0), mfa=timedelta(0))
    iam.create_login_profile(UserName="bob", Password="Long-enough-1")
    iam.tag_user(
        UserName="bob",
        Tags=[
            *order("age-days/password", 91),
            *order("last-used-days/password", 50),
            *order("age-days/mfa", 7),
        ],
    )
    profile = iam.get_login_profile(UserName="bob")["LoginProfile"]
    assert days(iam.get_user(UserName="bob")["User"]["PasswordLastUsed"]) == pytest.approx(50, abs=0.01)
    assert days(profile["CreateDate"]) == pytest.approx(91, abs=0.01)
    (device,) = iam.list_mfa_devices(UserName="bob")["MFADevices"]
    assert days(device["EnableDate"]) == pytest.approx(7, abs=0.01)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.tag_role(RoleName="r", Tags=[*order("age-days", 200), *order("last-used-days", 100), *tags(a="b")])
    role = iam.get_role(RoleName="r")["Role"]
    assert days(role["CreateDate"]) == pytest.approx(200, abs=0.01)
    assert days(role["RoleLastUsed"]["LastUsedDate"]) == pytest.approx(100, abs=0.01)
    assert role["Tags"] == tags(a="b")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age-days", "-1"),
        ("age-days", "1.5"),
        ("age-days", ""),
        ("age-days", "10000"),
        ("age-days/password", "1"),
        ("age-days/mfa", "1"),
        ("age-days/AKIANOBODY", "1"),
        ("last-used-days", "1"),
        ("agedays", "1"),
        ("Age-Days", "1"),
    ],
)
def test_an_order_that_cannot_be_obeyed_changes_nothing(iam: Any, name: str, value: str) -> None:
    with pytest.raises(ClientError, match=f"rulebook:{name}") as caught:
        iam.tag_user(UserName="ada", Tags=[*order(name, value), *tags(new="tag")])
    assert caught.value.response["Error"]["Code"] == "InvalidInput"
    assert days(iam.get_user(UserName="ada")["User"]["CreateDate"]) == pytest.approx(400, abs=0.01)
    assert iam.list_user_tags(UserName="ada")["Tags"] == tags(team="red")


def test_a_new_user_has_no_password_to_age(iam: Any) -> None:
    with pytest.raises(ClientError, match="order their ages later"):
        iam.create_user(UserName="eve", Tags=order("age-days/password", 9))
    assert [one["UserName"] for one in iam.list_users()["Users"]] == ["ada"]
