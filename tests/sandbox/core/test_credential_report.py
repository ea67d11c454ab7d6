"""The credential report and the account's clock."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import KeySeed, PasswordSeed, Sandbox

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOON = timedelta(seconds=2)
TRUST = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}'

# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,"
    "cert_2_active,cert_2_last_rotated"
)


def error_code(call: Callable[..., Any]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def fresh(account: Sandbox) -> dict[str, dict[str, str]]:
    """Return the rows of a report made now, by user; two seconds pass."""
    iam = account.client("iam")
    iam.generate_credential_report()
    account.advance(SOON)
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    return fetched(account)


def fetched(account: Sandbox) -> dict[str, dict[str, str]]:
    text = account.client("iam").get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(io.StringIO(text))}


def test_a_report_is_started_made_and_kept_for_four_hours(account: Sandbox) -> None:
    iam = account.client("iam")
    assert error_code(iam.get_credential_report) == "ReportNotPresent"
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "INPROGRESS"
    assert error_code(iam.get_credential_report) == "ReportInProgress"
    account.advance(SOON)
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    first = iam.get_credential_report()
    account.advance(4 * HOUR - timedelta(minutes=1))
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    assert iam.get_credential_report()["GeneratedTime"] < first["GeneratedTime"]
    account.advance(timedelta(minutes=1))
    assert error_code(iam.get_credential_report) == "ReportExpired"
    assert iam.generate_credential_report()["State"] == "STARTED"


def test_the_errors_are_those_that_boto3_knows(account: Sandbox) -> None:
    iam = account.client("iam")
    with pytest.raises(iam.exceptions.CredentialReportNotPresentException):
        iam.get_credential_report()
    iam.generate_credential_report()
    with pytest.raises(iam.exceptions.CredentialReportNotReadyException):
        iam.get_credential_report()
    account.advance(4 * HOUR)
    with pytest.raises(iam.exceptions.CredentialReportExpiredException):
        iam.get_credential_report()


def test_a_report_says_what_was_true_when_it_was_made(account: Sandbox) -> None:
    account.add_user("bob", DAY, keys=[KeySeed(DAY)])
    before = fresh(account)
    account.add_user("late", DAY)
    iam = account.client("iam")
    key_id = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.delete_access_key(UserName="bob", AccessKeyId=key_id)
    assert fetched(account) == before
    account.advance(4 * HOUR)
    after = fresh(account)
    assert (before["bob"]["access_key_1_active"], after["bob"]["access_key_1_active"]) == ("true", "false")
    assert set(after) == {*before, "late"}


def test_generated_time_is_when_it_was_made(account: Sandbox) -> None:
    fresh(account)
    generated = account.client("iam").get_credential_report()["GeneratedTime"]
    assert timedelta() <= datetime.now(UTC) - generated - SOON < timedelta(seconds=10)


def test_columns_and_rows_are_worded_as_aws_words_them(account: Sandbox) -> None:
    account.add_user(
        "bob", 100 * DAY, "/team/", [KeySeed(90 * DAY, last_used=3 * DAY), KeySeed(DAY, "Inactive")]
    )
    account.add_user("eve,with=odd@name", 5 * DAY)
    iam = account.client("iam")
    iam.create_login_profile(UserName="eve,with=odd@name", Password="correct horse battery")
    rows = fresh(account)
    text = iam.get_credential_report()["Content"].decode()
    assert text.splitlines()[0] == COLUMNS
    assert list(rows) == ["<root_account>", "bob", "eve,with=odd@name"]
    user = iam.get_user(UserName="bob")["User"]
    keys = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]
    used = iam.get_access_key_last_used(AccessKeyId=keys[0]["AccessKeyId"])["AccessKeyLastUsed"]
    no_certificates = ["false", "N/A", "false", "N/A"]
    assert list(rows["bob"].values()) == [
        "bob",
        "arn:aws:iam::123456789012:user/team/bob",
        iso(user["CreateDate"]),
        *["false", "N/A", "N/A", "N/A", "false"],
        *["true", iso(keys[0]["CreateDate"]), iso(used["LastUsedDate"]), "us-east-1", "s3"],
        *["false", iso(keys[1]["CreateDate"]), "N/A", "N/A", "N/A"],
        *no_certificates,
    ]
    eve = rows["eve,with=odd@name"]
    assert (eve["password_enabled"], eve["password_last_used"]) == ("true", "no_information")
    assert (eve["access_key_1_active"], eve["access_key_1_last_rotated"]) == ("false", "N/A")
    root = list(rows["<root_account>"].values())
    assert root[1] == "arn:aws:iam::123456789012:root"
    assert root[3:] == [
        *["not_supported", "no_information", "not_supported", "not_supported", "true"],
        *["false", "N/A", "N/A", "N/A", "N/A"] * 2,
        *no_certificates,
    ]


def iso(when: datetime) -> str:
    """Write a time as ``2026-01-02T03:04:05Z``, as reports of today have it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_activating_a_key_again_launders_its_age_in_the_report_only(account: Sandbox) -> None:
    account.add_user("bob", 400 * DAY, keys=[KeySeed(300 * DAY)])
    iam = account.client("iam")
    key = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]
    assert fresh(account)["bob"]["access_key_1_last_rotated"] == iso(key["CreateDate"] - SOON)

    iam.update_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    account.advance(4 * HOUR)
    inactive = fresh(account)["bob"]
    created = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["CreateDate"]
    assert (inactive["access_key_1_active"], inactive["access_key_1_last_rotated"]) == ("false", iso(created))

    iam.update_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"], Status="Active")
    account.advance(4 * HOUR)
    rotated = datetime.fromisoformat(fresh(account)["bob"]["access_key_1_last_rotated"])
    age = datetime.now(UTC) - rotated
    assert timedelta() <= age - 4 * HOUR - SOON < timedelta(seconds=10)
    created_later = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["CreateDate"]
    assert created - created_later == 4 * HOUR + SOON


def test_activating_an_active_key_changes_nothing(account: Sandbox) -> None:
    account.add_user("bob", 400 * DAY, keys=[KeySeed(300 * DAY)])
    iam = account.client("iam")
    key_id = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.update_access_key(UserName="bob", AccessKeyId=key_id, Status="Active")
    created = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]["CreateDate"]
    assert fresh(account)["bob"]["access_key_1_last_rotated"] == iso(created - SOON)


def test_it_ends_without_a_newline_and_orders_names_without_regard_to_case(account: Sandbox) -> None:
    for name in ("carl", "Bob", "ada", "Zoe"):
        account.add_user(name, DAY)
    assert list(fresh(account)) == ["<root_account>", "ada", "Bob", "carl", "Zoe"]
    text = account.client("iam").get_credential_report()["Content"].decode()
    assert not text.endswith("\n")


def test_more_keys_than_it_has_room_for_are_told_in_a_column_of_their_own(account: Sandbox) -> None:
    """Reports of accounts with two keys each were seen to end with the certificates (radkawar/stackd)."""
    account.add_user("bob", 9 * DAY, keys=[KeySeed(DAY)] * 2)
    assert "additional_credentials_info" not in fresh(account)["bob"]
    account.add_user("eve", 9 * DAY, keys=[KeySeed(DAY)] * 4)
    account.advance(4 * HOUR)
    rows = fresh(account)
    assert rows["bob"]["additional_credentials_info"] == "N/A"
    assert rows["eve"]["additional_credentials_info"].startswith("2 additional access keys")


# Ages that a rule may ask for


def test_passwords_and_devices_can_be_given_an_age(account: Sandbox) -> None:
    account.set_password_policy(MaxPasswordAge=90)
    password = PasswordSeed(100 * DAY, last_used=40 * DAY)
    account.add_user("bob", 400 * DAY, password=password, mfa=30 * DAY)
    iam = account.client("iam")
    row, now = fresh(account)["bob"], datetime.now(UTC)
    assert (row["password_enabled"], row["mfa_active"]) == ("true", "true")
    ages = {
        "password_last_changed": 100 * DAY,
        "password_last_used": 40 * DAY,
        "password_next_rotation": 10 * DAY,
        "user_creation_time": 400 * DAY,
    }
    for column, age in ages.items():
        assert timedelta() <= now - datetime.fromisoformat(row[column]) - age - SOON < HOUR, column
    assert (
        timedelta()
        <= now - iam.get_login_profile(UserName="bob")["LoginProfile"]["CreateDate"] - 100 * DAY
        < HOUR
    )
    (device,) = iam.list_mfa_devices(UserName="bob")["MFADevices"]
    assert timedelta() <= now - device["EnableDate"] - 30 * DAY < HOUR
    assert timedelta() <= now - iam.get_user(UserName="bob")["User"]["PasswordLastUsed"] - 40 * DAY < HOUR


def test_a_new_password_is_new(account: Sandbox) -> None:
    account.add_user("bob", 400 * DAY, password=PasswordSeed(100 * DAY))
    iam = account.client("iam")
    iam.update_login_profile(UserName="bob", PasswordResetRequired=True)
    old = datetime.fromisoformat(fresh(account)["bob"]["password_last_changed"])
    assert datetime.now(UTC) - old > 99 * DAY
    iam.update_login_profile(UserName="bob", Password="correct horse battery")
    account.advance(4 * HOUR)
    new = datetime.fromisoformat(fresh(account)["bob"]["password_last_changed"])
    assert datetime.now(UTC) - new < DAY
    assert datetime.now(UTC) - iam.get_login_profile(UserName="bob")["LoginProfile"]["CreateDate"] > 99 * DAY


def test_a_role_can_be_given_an_age_and_a_last_use(account: Sandbox) -> None:
    iam = account.client("iam")
    iam.create_role(RoleName="old", AssumeRolePolicyDocument=TRUST)
    account.age_role("old", created=400 * DAY, last_used=200 * DAY)
    role, now = iam.get_role(RoleName="old")["Role"], datetime.now(UTC)
    assert timedelta() <= now - role["CreateDate"] - 400 * DAY < HOUR
    assert timedelta() <= now - role["RoleLastUsed"]["LastUsedDate"] - 200 * DAY < HOUR
    account.advance(DAY)
    later = iam.get_role(RoleName="old")["Role"]["RoleLastUsed"]["LastUsedDate"]
    assert role["RoleLastUsed"]["LastUsedDate"] - later == DAY
