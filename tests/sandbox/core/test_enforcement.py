"""Who may call what in the embedded account."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from rulebook.sandbox import KeySeed, Sandbox
from rulebook.sandbox.constants import ACCOUNT_ID

Borrow = Callable[..., Any]  # the fixture of conftest.py
DAY = timedelta(days=1)
USERS = f"arn:aws:iam::{ACCOUNT_ID}:user/*"


def allow(*actions: str, resource: str = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **elements}


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, str, int]:
    """Return the code, the message and the HTTP status of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return (
        response["Error"]["Code"],
        response["Error"]["Message"],
        response["ResponseMetadata"]["HTTPStatusCode"],
    )


@pytest.fixture
def key_id(account: Sandbox) -> str:
    """Return the id of the access key of the user bob, who is tagged."""
    account.add_user("bob", 9 * DAY, "/team/", [KeySeed(DAY)], {"rotation": "manual"})
    keys = account.client("iam").list_access_keys(UserName="bob")["AccessKeyMetadata"]
    return str(keys[0]["AccessKeyId"])


def test_a_role_may_do_what_its_policy_says(account: Sandbox, assume: Borrow, key_id: str) -> None:
    iam = assume(allow("iam:DeleteAccessKey", resource=USERS)).client("iam")
    iam.delete_access_key(UserName="bob", AccessKeyId=key_id)
    assert account.client("iam").list_access_keys(UserName="bob")["AccessKeyMetadata"] == []


def test_a_missing_permission_is_refused_in_words_of_aws_and_changes_nothing(
    account: Sandbox, assume: Borrow, key_id: str
) -> None:
    iam = assume(allow("iam:ListAccessKeys", resource=USERS)).client("iam")
    assert refused(iam.delete_access_key, UserName="bob", AccessKeyId=key_id) == (
        "AccessDenied",
        (
            f"User: arn:aws:sts::{ACCOUNT_ID}:assumed-role/runbook/session is not authorized to perform: "
            "iam:DeleteAccessKey on resource: user bob because no identity-based policy allows the "
            "iam:DeleteAccessKey action"
        ),
        403,
    )
    keys = account.client("iam").list_access_keys(UserName="bob")["AccessKeyMetadata"]
    assert [key["AccessKeyId"] for key in keys] == [key_id]


def test_the_json_protocol_has_its_own_error_code(assume: Borrow) -> None:
    code, message, status = refused(assume().client("config").describe_config_rules)
    assert (code, status) == ("AccessDeniedException", 400)
    assert "is not authorized to perform: config:DescribeConfigRules on resource: *" in message


@pytest.mark.parametrize(
    ("service", "call", "action"),
    [
        ("efs", "describe_file_systems", "elasticfilesystem:DescribeFileSystems"),
        ("opensearch", "list_domain_names", "es:ListDomainNames"),
        ("sesv2", "list_contact_lists", "ses:ListContactLists"),
        ("apigateway", "get_rest_apis", "apigateway:GET"),
        ("apigatewayv2", "get_apis", "apigateway:GET"),
    ],
)
def test_a_service_that_signs_by_another_name_is_allowed_by_that(
    assume: Borrow, service: str, call: str, action: str
) -> None:
    role = assume(allow("sts:GetCallerIdentity"))
    assert action in refused(getattr(role.client(service), call))[1]


def test_s3_has_the_bare_error(assume: Borrow) -> None:
    code, message, status = refused(assume().client("s3").get_object, Bucket="vault", Key="a/b")
    assert (code, status) == ("AccessDenied", 403)
    assert "s3:GetObject on resource: arn:aws:s3:::vault/a/b" in message


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("delete_access_key", {"AccessKeyId": "KEY"}),
        ("update_access_key", {"AccessKeyId": "KEY", "Status": "Inactive"}),
        ("list_access_keys", {}),
        ("list_user_tags", {}),
        ("get_user", {}),
        ("tag_user", {"Tags": [{"Key": "a", "Value": "b"}]}),
    ],
)
def test_a_tag_keeps_a_user_out_of_reach(
    account: Sandbox, assume: Borrow, key_id: str, operation: str, more: dict[str, Any]
) -> None:
    account.add_user("eve", 9 * DAY, keys=[KeySeed(DAY)])
    eve_key = account.client("iam").list_access_keys(UserName="eve")["AccessKeyMetadata"][0]["AccessKeyId"]
    untagged = {"StringNotEquals": {"aws:ResourceTag/rotation": "manual"}}
    iam = assume(allow("iam:*", resource=USERS, Condition=untagged)).client("iam")
    call = getattr(iam, operation)
    for name, key in (("eve", eve_key), ("bob", key_id)):
        arguments = {"UserName": name} | {n: key if v == "KEY" else v for n, v in more.items()}
        if name == "bob":
            assert refused(call, **arguments)[0] == "AccessDenied"
        else:
            call(**arguments)


def test_iam_knows_its_tags_by_its_own_name_too(assume: Borrow, key_id: str) -> None:
    tagged = {"StringEquals": {"iam:ResourceTag/rotation": "manual"}}
    iam = assume(allow("iam:DeleteAccessKey", resource=USERS, Condition=tagged)).client("iam")
    iam.delete_access_key(UserName="bob", AccessKeyId=key_id)


def test_the_last_use_of_a_key_belongs_to_its_owner(assume: Borrow, key_id: str) -> None:
    tagged = {"StringEquals": {"aws:ResourceTag/rotation": "manual"}}
    iam = assume(allow("iam:GetAccessKeyLastUsed", resource=USERS, Condition=tagged)).client("iam")
    assert iam.get_access_key_last_used(AccessKeyId=key_id)["UserName"] == "bob"
    assert refused(iam.get_access_key_last_used, AccessKeyId="AKIA2222222222222222")[0] == "AccessDenied"


def test_a_user_pattern_does_not_grant_listing_users(assume: Borrow) -> None:
    iam = assume(allow("iam:*", resource=USERS)).client("iam")
    for call in (iam.list_users, iam.generate_credential_report, iam.get_account_password_policy):
        assert refused(call)[0] == "AccessDenied"


def test_an_explicit_deny_says_so(assume: Borrow) -> None:
    deny = {"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}
    code, message, _ = refused(assume(allow("iam:*"), deny).client("iam").list_users)
    assert code == "AccessDenied"
    assert message.endswith("on resource: * with an explicit deny in an identity-based policy")


def test_managed_policies_count(assume: Borrow, key_id: str) -> None:
    iam = assume(managed=("arn:aws:iam::aws:policy/ReadOnlyAccess",)).client("iam")
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["bob"]
    assert refused(iam.delete_access_key, UserName="bob", AccessKeyId=key_id)[0] == "AccessDenied"


def test_a_session_policy_narrows(account: Sandbox, assume: Borrow) -> None:
    role = assume(allow("iam:*"))
    narrow = json.dumps({"Version": "2012-10-17", "Statement": [allow("iam:ListRoles")]})
    answer = account.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="narrow", Policy=narrow)
    credentials = answer["Credentials"]
    iam = boto3.client(
        "iam",
        region_name=account.region,
        endpoint_url=account.endpoint,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    assert [one["RoleName"] for one in iam.list_roles()["Roles"]] == ["runbook"]
    assert "no session policy allows" in refused(iam.list_users)[1]


def test_everybody_may_ask_who_they_are(assume: Borrow) -> None:
    arn = assume(path="/rdk-remediation-role/").client("sts").get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/runbook/session"


def test_temporary_credentials_expire(account: Sandbox, assume: Borrow) -> None:
    iam = assume(allow("iam:*")).client("iam")
    account.advance(timedelta(minutes=59))
    assert iam.list_users()["Users"] == []
    account.advance(timedelta(minutes=2))
    assert refused(iam.list_users)[0] == "ExpiredToken"


def test_a_deleted_role_may_nothing(account: Sandbox, assume: Borrow) -> None:
    iam = assume(allow("iam:*")).client("iam")
    account.client("iam").delete_role_policy(RoleName="runbook", PolicyName="inline")
    account.client("iam").delete_role(RoleName="runbook")
    assert refused(iam.list_users)[0] == "AccessDenied"


def test_a_user_has_own_and_group_policies(account: Sandbox, key_id: str) -> None:
    admin = account.client("iam")
    bob = account.session(key_id).client("iam")
    assert refused(bob.list_users)[0] == "AccessDenied"
    admin.create_group(GroupName="readers")
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("iam:ListUsers")]})
    admin.put_group_policy(GroupName="readers", PolicyName="read", PolicyDocument=document)
    admin.add_user_to_group(GroupName="readers", UserName="bob")
    assert [user["UserName"] for user in bob.list_users()["Users"]] == ["bob"]
    own = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                allow("iam:ListAccessKeys", resource=f"arn:aws:iam::{ACCOUNT_ID}:user/team/${{aws:username}}")
            ],
        }
    )
    admin.put_user_policy(UserName="bob", PolicyName="self", PolicyDocument=own)
    assert bob.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"] == key_id


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("iam", "list_users", "InvalidClientTokenId"),
        ("config", "describe_config_rules", "UnrecognizedClientException"),
    ],
)
def test_an_inactive_or_unknown_key_is_refused(
    account: Sandbox, key_id: str, service: str, operation: str, code: str
) -> None:
    account.client("iam").update_access_key(UserName="bob", AccessKeyId=key_id, Status="Inactive")
    unknown: dict[str, Any] = {"aws_access_key_id": "AKIAUNKNOWNUNKNOWN00", "aws_secret_access_key": "any"}
    signed = account.session(key_id).client(service), account.session().client(service, **unknown)
    assert [refused(getattr(client, operation))[0] for client in signed] == [code, code]


def test_a_policy_that_is_not_understood_refuses_visibly(assume: Borrow) -> None:
    odd = {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
    code, message, status = refused(assume(allow("iam:*", Condition=odd)).client("iam").list_users)
    assert (code, status) == ("NotImplemented", 501)
    assert "condition operator NumericLessThan" in message
