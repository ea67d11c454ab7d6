"""IAM's refusals and answers as recorded on AWS."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.recorded.conftest import READ, TRUST, document
from sandbox.recorded.facts import AUTHOR, NOBODY, Account, Refusal, every

_LOCALSTACK = "localstack/localstack, tests/aws/services/iam"
USERS = f"{_LOCALSTACK}/test_iam_users.snapshot.json, 2026-02-11"
PASSWORDS = f"{_LOCALSTACK}/test_iam_account_password_policy.snapshot.json, 2026-02-13"
REPORT = f"{_LOCALSTACK}/test_iam_credential_report.snapshot.json, 2026-02-17"
ROLES = f"{_LOCALSTACK}/test_iam_roles.snapshot.json, 2026-02-11"
POLICIES = f"{_LOCALSTACK}/test_iam_policies.snapshot.json, 2026-02-10"
ALL_OF_IAM = f"{_LOCALSTACK}/test_iam.snapshot.json, 2025-03-06"
ATTACHING = f"{_LOCALSTACK}/test_iam.snapshot.json, 2025-06-19"

NO_USER = "The user with name stranger cannot be found."
NO_ROLE = "The role with name stranger cannot be found."
NO_LOGIN = f"Login Profile for User {NOBODY} cannot be found."
NO_KEY = "AKIAZZZZZZZZZZZZZZZZ"


def _iam(operation: str, **arguments: Any) -> Any:
    """Return a call of IAM's API, ``{policy}`` in an argument standing for the account's policy."""

    def call(account: Account) -> Any:
        filled = {
            name: value.replace("{policy}", account.policy).replace("{id}", account.id)
            if isinstance(value, str)
            else value
            for name, value in arguments.items()
        }
        return getattr(account.client("iam"), operation)(**filled)

    return call


def _trust(account: Account, **changes: Any) -> Any:
    return account.client("iam").update_assume_role_policy(
        RoleName="plain", PolicyDocument=document(TRUST | changes)
    )


def _five_versions_and_one(account: Account) -> None:
    iam = account.client("iam")
    arn = iam.create_policy(PolicyName="often-changed", PolicyDocument=document(READ))["Policy"]["Arn"]
    for _ in range(5):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(READ))


ABSENT = "arn:aws:iam::{id}:policy/absent"

REFUSALS = (
    Refusal(
        "a second user of a name",
        USERS,
        _iam("create_user", UserName=AUTHOR),
        409,
        "EntityAlreadyExists",
        f"User with name {AUTHOR} already exists.",
    ),
    *(
        Refusal(
            f"{operation} of no user",
            USERS,
            _iam(operation, **arguments),  # type: ignore[arg-type]  # a literal
            404,
            "NoSuchEntity",
            NO_USER,
        )
        for operation, arguments in {
            "get_user": {"UserName": "stranger"},
            "update_user": {"UserName": "stranger", "NewUserName": "friend"},
            "delete_user": {"UserName": "stranger"},
            "create_login_profile": {"UserName": "stranger", "Password": "Harbour-42-lights"},
            "delete_login_profile": {"UserName": "stranger"},
            "create_access_key": {"UserName": "stranger"},
            "tag_user": {"UserName": "stranger", "Tags": [{"Key": "team", "Value": "quay"}]},
            "untag_user": {"UserName": "stranger", "TagKeys": ["team"]},
            "list_user_tags": {"UserName": "stranger"},
        }.items()
    ),
    Refusal(
        "deleting a user with a managed policy",
        USERS,
        _iam("delete_user", UserName="attached"),
        409,
        "DeleteConflict",
        "Cannot delete entity, must detach all policies first.",
    ),
    Refusal(
        "deleting a user with an inline policy",
        USERS,
        _iam("delete_user", UserName="inlined"),
        409,
        "DeleteConflict",
        "Cannot delete entity, must delete policies first.",
    ),
    Refusal(
        "a second password",
        USERS,
        _iam("create_login_profile", UserName=AUTHOR, Password="Harbour-42-lights"),
        409,
        "EntityAlreadyExists",
        f"Login Profile for user {AUTHOR} already exists.",
    ),
    Refusal(
        "the password of a user without",
        USERS,
        _iam("get_login_profile", UserName=NOBODY),
        404,
        "NoSuchEntity",
        NO_LOGIN,
    ),
    Refusal(
        "deleting the password of a user without",
        USERS,
        _iam("delete_login_profile", UserName=NOBODY),
        404,
        "NoSuchEntity",
        NO_LOGIN,
    ),
    Refusal(
        "a third access key",
        USERS,
        _iam("create_access_key", UserName=AUTHOR),
        409,
        "LimitExceeded",
        "Cannot exceed quota for AccessKeysPerUser: 2",
    ),
    Refusal(
        "changing a key that is not there",
        USERS,
        _iam("update_access_key", UserName=AUTHOR, AccessKeyId=NO_KEY, Status="Inactive"),
        404,
        "NoSuchEntity",
        f"The Access Key with id {NO_KEY} cannot be found.",
    ),
    Refusal(
        "deleting a key without naming its user, by somebody who is no user",
        USERS,
        lambda account: account.client("iam").delete_access_key(AccessKeyId=account.keys[0]),
        400,
        "ValidationError",
        "Must specify userName when calling with non-User credentials",
    ),
    *(
        Refusal(
            f"attaching no policy to a {kind}",
            source,
            _iam(f"attach_{kind}_policy", **{f"{kind.title()}Name": name, "PolicyArn": ABSENT}),
            404,
            "NoSuchEntity",
            f"Policy {ABSENT} does not exist or is not attachable.",
        )
        for kind, name, source in (("user", NOBODY, USERS), ("role", "plain", ROLES))
    ),
    *(
        Refusal(
            f"detaching from a {kind} a policy that it has not",
            source,
            _iam(f"detach_{kind}_policy", **{f"{kind.title()}Name": name, "PolicyArn": "{policy}"}),
            404,
            "NoSuchEntity",
            "Policy {policy} was not found.",
        )
        for kind, name, source in (("user", NOBODY, USERS), ("role", "plain", ROLES))
    ),
    *(
        Refusal(
            f"attaching {what} to a {kind}",
            ATTACHING if kind == "role" else ALL_OF_IAM,
            _iam(f"attach_{kind}_policy", **{f"{kind.title()}Name": name, "PolicyArn": arn}),
            400,
            "ValidationError",
            "Invalid ARN: Could not be parsed!",
        )
        for kind, name in (("user", NOBODY), ("role", "plain"))
        for what, arn in (
            ("a policy's name", "a-policy-called-ledger"),
            ("a string", "long-enough-to-be-one"),
        )
    ),
    *(
        Refusal(
            f"{operation} of no role",
            ROLES,
            _iam(operation, RoleName="stranger"),
            404,
            "NoSuchEntity",
            NO_ROLE,
        )
        for operation in ("get_role", "update_role", "delete_role")
    ),
    Refusal(
        "deleting a role with a managed policy",
        ROLES,
        _iam("delete_role", RoleName="with-managed"),
        409,
        "DeleteConflict",
        "Cannot delete entity, must detach all policies first.",
    ),
    Refusal(
        "deleting a role with an inline policy",
        ROLES,
        _iam("delete_role", RoleName="with-inline"),
        409,
        "DeleteConflict",
        "Cannot delete entity, must delete policies first.",
    ),
    *(
        Refusal(
            f"{operation} that a role has not",
            ROLES,
            _iam(operation, RoleName="plain", PolicyName="absent"),
            404,
            "NoSuchEntity",
            "The role policy with name absent cannot be found.",
        )
        for operation in ("get_role_policy", "delete_role_policy")
    ),
    Refusal(
        "a trust policy that is no JSON",
        ROLES,
        _iam("update_assume_role_policy", RoleName="plain", PolicyDocument="{"),
        400,
        "MalformedPolicyDocument",
        "This policy contains invalid Json",
    ),
    Refusal(
        "creating a role whose trust policy is no JSON",
        ALL_OF_IAM,
        _iam("create_role", RoleName="broken", AssumeRolePolicyDocument="{"),
        400,
        "MalformedPolicyDocument",
        "This policy contains invalid Json",
    ),
    Refusal(
        "a trust policy about something else than roles",
        ROLES,
        lambda account: _trust(account, Action="config:GetComplianceSummary"),
        400,
        "MalformedPolicyDocument",
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    Refusal(
        "a trust policy with a resource",
        ROLES,
        lambda account: _trust(account, Resource="*"),
        400,
        "MalformedPolicyDocument",
        "Has prohibited field Resource",
    ),
    Refusal(
        "a second policy of a name",
        POLICIES,
        _iam("create_policy", PolicyName="ledger", PolicyDocument=document(READ)),
        409,
        "EntityAlreadyExists",
        "A policy called ledger already exists. Duplicate names are not allowed.",
    ),
    Refusal(
        "a sixth version of a policy",
        POLICIES,
        _five_versions_and_one,
        409,
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an "
        "existing version.",
    ),
    Refusal(
        "deleting a policy that is not there",
        ALL_OF_IAM,
        _iam("delete_policy", PolicyArn=ABSENT),
        404,
        "NoSuchEntity",
        f"Policy {ABSENT} was not found.",
    ),
    Refusal(
        "a version of a policy that is not there",
        POLICIES,
        _iam("get_policy_version", PolicyArn=ABSENT, VersionId="v1"),
        404,
        "NoSuchEntity",
        f"Policy {ABSENT} version v1 does not exist or is not attachable.",
    ),
    *(
        Refusal(
            f"{operation} of a version that is not there",
            POLICIES,
            _iam(operation, PolicyArn="{policy}", VersionId="v9"),
            404,
            "NoSuchEntity",
            "Policy {policy} version v9 does not exist or is not attachable.",
        )
        for operation in ("get_policy_version", "delete_policy_version")
    ),
    Refusal(
        "deleting the default version of a policy",
        POLICIES,
        _iam("delete_policy_version", PolicyArn="{policy}", VersionId="v1"),
        409,
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    ),
    Refusal(
        "a credential report that nobody asked for",
        REPORT,
        _iam("get_credential_report"),
        410,
        "ReportNotPresent",
    ),
    Refusal(
        "a key's status that is none",
        f"{ALL_OF_IAM} (of a service's credential)",
        _iam("update_access_key", UserName=AUTHOR, AccessKeyId=NO_KEY, Status="Sleeping"),
        400,
        "ValidationError",
        "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum "  # noqa: E501 - IAM's sentence
        "value set",
    ),
    Refusal(
        "the password policy of an account without",
        PASSWORDS,
        _iam("get_account_password_policy"),
        404,
        "NoSuchEntity",
        "The Password Policy with domain name {id} cannot be found.",
    ),
    Refusal(
        "deleting the password policy of an account without",
        PASSWORDS,
        _iam("delete_account_password_policy"),
        404,
        "NoSuchEntity",
        "The account policy with name PasswordPolicy cannot be found.",
    ),
)


@every(REFUSALS)
def test_iam_refuses_as_it_did(account: Account, fact: Refusal) -> None:
    fact.check(account)


def test_the_last_use_of_no_key_is_denied_to_whoever_asks(account: Account) -> None:
    """As USERS has it, 2026-02-24: 403, an administrator too."""
    caller = account.client("sts").get_caller_identity()["Arn"]
    Refusal(
        "the last use of no key",
        USERS,
        _iam("get_access_key_last_used", AccessKeyId=NO_KEY),
        403,
        "AccessDenied",
        f"User: {caller} is not authorized to perform iam:GetAccessKeyLastUsed on resource: "
        f"access key {NO_KEY}",
    ).check(account)


def test_all_that_is_wrong_with_a_password_policy_is_said_at_once(account: Account) -> None:
    """As PASSWORDS has it, without the values; the order is not held to."""
    with pytest.raises(account.client("iam").exceptions.ClientError) as caught:
        account.client("iam").update_account_password_policy(
            MinimumPasswordLength=129, MaxPasswordAge=1096, PasswordReusePrevention=25
        )
    answer = caught.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (400, "ValidationError")
    first, _, rest = answer["Error"]["Message"].partition(": ")
    assert first == "3 validation errors detected"
    assert set(rest.split("; ")) == {
        f"Value at '{name}' failed to satisfy constraint: Member must have value less than or equal to {most}"
        for name, most in {
            "minimumPasswordLength": 128,
            "maxPasswordAge": 1095,
            "passwordReusePrevention": 24,
        }.items()
    }


def test_a_key_never_used_has_neither_region_nor_date(account: Account) -> None:
    """As USERS has it."""
    answer = account.client("iam").get_access_key_last_used(AccessKeyId=account.keys[0])
    del answer["ResponseMetadata"]
    assert answer == {"UserName": AUTHOR, "AccessKeyLastUsed": {"Region": "N/A", "ServiceName": "N/A"}}


def test_a_user_without_tags_has_no_such_field(account: Account) -> None:
    """As USERS has it: CreateUser, GetUser and ListUsers show five fields, never PasswordLastUsed or Tags."""
    iam = account.client("iam")
    fields = {"Arn", "CreateDate", "Path", "UserId", "UserName"}
    assert set(iam.create_user(UserName="plain-person")["User"]) == fields
    assert set(iam.get_user(UserName="plain-person")["User"]) == fields
    assert set(iam.list_users()["Users"][0]) == fields


def test_tags_are_in_create_and_get_user_but_not_in_list_users(account: Account) -> None:
    """As USERS has it, for one who may read everything."""
    iam = account.client("iam")
    tags = [{"Key": "Berth", "Value": "North"}]
    made = iam.create_user(UserName="tagged-person", Path="/quay/", Tags=tags)["User"]
    assert made["Tags"] == tags
    assert iam.get_user(UserName="tagged-person")["User"]["Tags"] == tags
    (listed,) = iam.list_users(PathPrefix="/quay/")["Users"]
    assert "Tags" not in listed


def test_users_are_found_by_the_beginning_of_their_path(account: Account) -> None:
    """As USERS has it: the beginning need not end at a slash."""
    iam = account.client("iam")
    iam.create_user(UserName="of-the-fleet", Path="/fleet-of-two/")
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/fleet-of")["Users"]] == ["of-the-fleet"]


def test_a_renamed_user_keeps_the_id_and_the_old_name_is_free(account: Account) -> None:
    """As USERS has it."""
    iam = account.client("iam")
    before = iam.create_user(UserName="before")["User"]
    iam.update_user(UserName="before", NewUserName="after", NewPath="/moved/")
    after = iam.get_user(UserName="after")["User"]
    assert after["UserId"] == before["UserId"]
    assert after["Arn"] == account.arn("iam", "user/moved/after")
    Refusal("", USERS, _iam("get_user", UserName="before"), 404, "NoSuchEntity").check(account)


def test_an_access_key_shows_its_secret_once(account: Account) -> None:
    """As USERS has it; the list has four fields."""
    iam = account.client("iam")
    iam.create_user(UserName="key-holder")
    assert iam.list_access_keys(UserName="key-holder")["AccessKeyMetadata"] == []
    made = iam.create_access_key(UserName="key-holder")["AccessKey"]
    shown = {"AccessKeyId", "CreateDate", "Status", "UserName"}
    assert set(made) == shown | {"SecretAccessKey"}
    (listed,) = iam.list_access_keys(UserName="key-holder")["AccessKeyMetadata"]
    assert set(listed) == shown
    iam.update_access_key(UserName="key-holder", AccessKeyId=made["AccessKeyId"], Status="Inactive")
    (listed,) = iam.list_access_keys(UserName="key-holder")["AccessKeyMetadata"]
    assert listed["Status"] == "Inactive"


def test_a_login_profile_always_says_whether_the_password_must_be_changed(account: Account) -> None:
    """As USERS has it; cloud-custodian/cloud-custodian, placebo/test_iam_user_login_profile, 2022-09."""
    iam = account.client("iam")
    iam.create_user(UserName="sign-in")
    made = iam.create_login_profile(UserName="sign-in", Password="Harbour-42-lights")["LoginProfile"]
    assert set(made) == {"CreateDate", "PasswordResetRequired", "UserName"}
    assert made["PasswordResetRequired"] is False
    iam.update_login_profile(UserName="sign-in", PasswordResetRequired=True)
    assert iam.get_login_profile(UserName="sign-in")["LoginProfile"]["PasswordResetRequired"] is True


def test_a_role_that_nobody_took_on_has_an_empty_last_use(account: Account) -> None:
    """As ROLES has it: only GetRole shows how long a session may be, and an empty RoleLastUsed."""
    iam = account.client("iam")
    fields = {"Arn", "AssumeRolePolicyDocument", "CreateDate", "Path", "RoleId", "RoleName"}
    made = iam.create_role(
        RoleName="fresh", AssumeRolePolicyDocument=document(TRUST), MaxSessionDuration=7200
    )
    assert set(made["Role"]) == fields
    read = iam.get_role(RoleName="fresh")["Role"]
    assert set(read) == fields | {"MaxSessionDuration", "RoleLastUsed"}
    assert (read["MaxSessionDuration"], read["RoleLastUsed"]) == (7200, {})


def test_an_inline_policy_keeps_its_escapes(account: Account) -> None:
    """As ALL_OF_IAM has it (test_put_role_policy_encoding): percent signs come back as they were put."""
    iam = account.client("iam")
    resource = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aexecute%2Fquay"
    iam.create_role(RoleName="escaped", AssumeRolePolicyDocument=document(TRUST))
    iam.put_role_policy(
        RoleName="escaped", PolicyName="p", PolicyDocument=document(READ | {"Resource": resource})
    )
    read = iam.get_role_policy(RoleName="escaped", PolicyName="p")["PolicyDocument"]
    assert read["Statement"][0]["Resource"] == resource


def test_versions_of_a_policy_come_newest_first(account: Account) -> None:
    """As POLICIES has it; and GetPolicy has an empty list of tags where CreatePolicy has none."""
    iam = account.client("iam")
    made = iam.create_policy(PolicyName="versions", PolicyDocument=document(READ))["Policy"]
    assert "Tags" not in made
    assert iam.get_policy(PolicyArn=made["Arn"])["Policy"]["Tags"] == []
    iam.create_policy_version(PolicyArn=made["Arn"], PolicyDocument=document(READ), SetAsDefault=True)
    found = iam.list_policy_versions(PolicyArn=made["Arn"])["Versions"]
    assert [(one["VersionId"], one["IsDefaultVersion"]) for one in found] == [("v2", True), ("v1", False)]


LOOSE = {
    "MinimumPasswordLength": 6,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
    "ExpirePasswords": False,
}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, LOOSE),
        (
            {"MaxPasswordAge": 45, "HardExpiry": True, "PasswordReusePrevention": 7, "RequireSymbols": True},
            LOOSE
            | {"MaxPasswordAge": 45, "HardExpiry": True, "PasswordReusePrevention": 7, "RequireSymbols": True}
            | {"ExpirePasswords": True},
        ),
    ],
    ids=["nothing given", "expiry given"],
)
def test_a_password_policy_shows_what_was_set(account: Account, given: Any, shown: Any) -> None:
    """As PASSWORDS has it: HardExpiry, MaxPasswordAge and PasswordReusePrevention are not there until set.

    So has cloud-custodian/cloud-custodian, tests/data/placebo/test_account_password_policy_update.
    """
    iam = account.client("iam")
    iam.update_account_password_policy(**given)
    assert iam.get_account_password_policy()["PasswordPolicy"] == shown
    iam.delete_account_password_policy()


def test_a_report_that_is_being_made_is_no_page(account: Account) -> None:
    """cloud-custodian/cloud-custodian, placebo/test_iam_user_unused_keys*, 2016-11: words, and 404."""
    iam = account.client("iam")
    started = iam.generate_credential_report()
    assert (started["State"], started["Description"]) == (
        "STARTED",
        "No report exists. Starting a new report generation task",
    )
    Refusal("", "", _iam("get_credential_report"), 404, "ReportInProgress").check(account)
    account.sandbox.advance(timedelta(seconds=5))
    done = iam.generate_credential_report()
    assert done["State"] == "COMPLETE"
    assert "Description" not in done
