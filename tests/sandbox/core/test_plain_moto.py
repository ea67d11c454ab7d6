"""What moto alone does where the embedded account does otherwise.

When one of these fails, moto has caught up: remove the extension that it names, and the row.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

# In a process of its own, because the extensions change moto for the whole of a process.
PROGRAM = r"""
import json
import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

ALLOW = {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [ALLOW]}
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {
    "AssumeRolePolicyDocument": TRUST,
    "ManagedPolicyArns": ["arn:aws:iam::123456789012:policy/managed"]}}

def code(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    except Exception as error:
        return type(error).__name__
    return None

facts = {}
with mock_aws():
    def client(service, **credentials):
        return boto3.client(service, region_name="us-east-1", **credentials)
    iam = client("iam")
    facts["report before"] = code(iam.get_credential_report)
    for number in range(3):
        user = iam.create_user(UserName=f"u{number}", Tags=[{"Key": "k", "Value": "v"}])["User"]
    facts["user id"] = user["UserId"]
    facts["page of one user"] = len(iam.list_users(MaxItems=1)["Users"])
    first = iam.create_access_key(UserName="u0")["AccessKey"]
    second = iam.create_access_key(UserName="u0")["AccessKey"]
    facts["page of one key"] = len(iam.list_access_keys(UserName="u0", MaxItems=1)["AccessKeyMetadata"])
    facts["fraction of a second"] = first["CreateDate"].microsecond > 0
    facts["caller who is no user"] = iam.get_user()["User"]["UserName"]
    iam.delete_access_key(AccessKeyId=second["AccessKeyId"])
    facts["keys after somebody deleted one without a name"] = len(
        iam.list_access_keys(UserName="u0")["AccessKeyMetadata"])
    facts["states"] = [iam.generate_credential_report()["State"] for _ in range(2)]
    report = iam.get_credential_report()
    facts["generated"] = report["GeneratedTime"].isoformat()
    facts["root row"] = b"<root_account>" in report["Content"]
    iam.create_user(UserName="late")
    facts["late user in the old report"] = b"late" in iam.get_credential_report()["Content"]
    row = report["Content"].decode().splitlines()[1].split(",")
    facts["last used without a password"] = row[4]
    for status in ("Inactive", "Active"):
        iam.update_access_key(UserName="u0", AccessKeyId=first["AccessKeyId"], Status=status)
    created = first["CreateDate"].strftime("%Y-%m-%dT%H:%M:%S+00:00")
    facts["last rotated is creation after activating again"] = (
        iam.get_credential_report()["Content"].decode().splitlines()[1].split(",")[9] == created)
    facts["delete a user with a key"] = code(iam.delete_user, UserName="u0")
    iam.update_user(UserName="u1", NewUserName="renamed")
    facts["tags after renaming"] = iam.list_user_tags(UserName="renamed")["Tags"]
    iam.update_account_password_policy(MinimumPasswordLength=8)
    facts["max password age"] = iam.get_account_password_policy()["PasswordPolicy"].get("MaxPasswordAge")
    iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(POLICY))
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"R": ROLE}}))
    role = iam.list_roles()["Roles"][0]
    facts["managed policies of a stack's role"] = iam.list_attached_role_policies(
        RoleName=role["RoleName"])["AttachedPolicies"]
    session = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    powerless = client("iam", aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"], aws_session_token=session["SessionToken"])
    facts["refusal of a role without permission"] = code(powerless.delete_user, UserName="u2")
    facts["refusal of an unknown key"] = code(client("iam", aws_access_key_id="AKIAUNKNOWNUNKNOWN00",
        aws_secret_access_key="x").list_users)
print(json.dumps(facts))
"""

GAPS: dict[str, Any] = {
    "page of one user": 3,
    "page of one key": 2,
    "fraction of a second": True,
    "caller who is no user": "default_user",
    "keys after somebody deleted one without a name": 1,
    "report before": "ReportNotPresent",  # no gap: the one answer of moto's report that is AWS's
    "states": ["STARTED", "COMPLETE"],  # and COMPLETE means made on the spot
    "generated": "2015-02-02T20:02:02+00:00",
    "root row": False,
    "late user in the old report": True,
    "last used without a password": "not_supported",
    "last rotated is creation after activating again": True,
    "delete a user with a key": None,
    "tags after renaming": [],
    "max password age": 0,
    "managed policies of a stack's role": [],
    "refusal of a role without permission": None,
    "refusal of an unknown key": None,
}


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - the program stands above
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("gap", GAPS)
def test_moto_alone(facts: dict[str, Any], gap: str) -> None:
    assert facts[gap] == GAPS[gap]


def test_moto_alone_makes_ids_that_are_not_aws_shaped(facts: dict[str, Any]) -> None:
    assert not facts["user id"].startswith("AIDA")


def test_every_fact_is_held(facts: dict[str, Any]) -> None:
    assert set(facts) == {*GAPS, "user id"}
