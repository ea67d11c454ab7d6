"""Whoever does not hold the secret is nobody: Signature Version 4, in the header and presigned."""

import io
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore import auth
from botocore.config import Config

from rulebook.sandbox import Sandbox
from sandbox.core.raw import CALLS, Answer, Asked, refused, send, signed

MINUTE = timedelta(minutes=1)
PLAIN = {"Content-Type": "text/plain"}
every_protocol = pytest.mark.parametrize("protocol", CALLS)


@pytest.fixture(scope="module")
def account() -> Any:
    with Sandbox.start() as running:
        running.client("s3").create_bucket(Bucket="artefacts")
        yield running


@every_protocol
def test_a_request_signed_with_the_secret_is_answered(account: Sandbox, protocol: str) -> None:
    asked = CALLS[protocol]
    assert send(account, asked, signed(account, asked)).status == 200


@pytest.mark.parametrize(
    ("protocol", "code", "status"),
    [
        ("query", "SignatureDoesNotMatch", 403),
        ("json", "InvalidSignatureException", 400),
        ("rest-json", "InvalidSignatureException", 403),
        ("rest-xml", "SignatureDoesNotMatch", 403),
    ],
)
def test_another_secret_is_refused(account: Sandbox, protocol: str, code: str, status: int) -> None:
    asked = CALLS[protocol]
    answer = send(account, asked, signed(account, asked, secret="another"))
    assert (answer.code, answer.status) == (code, status)


CHANGES: dict[str, tuple[str, Callable[[Asked], Asked]]] = {
    "body": ("query", lambda one: replace(one, body=b"Action=ListRoles&Version=2010-05-08")),
    "body of JSON": ("json", lambda one: replace(one, body=b'{"ConfigRuleNames": []}')),
    "path": ("rest-json", lambda one: replace(one, target="/2015-03-31/event-source-mappings/?MaxItems=5")),
    "query": ("rest-xml", lambda one: replace(one, target="/?max-buckets=50")),
    "method": ("rest-xml", lambda one: replace(one, method="HEAD")),
    "body of S3": ("rest-xml", lambda one: replace(one, body=b"more")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_signature_holds_for_the_request_that_was_signed(account: Sandbox, change: str) -> None:
    protocol, changed = CHANGES[change]
    asked = CALLS[protocol]
    answer = send(account, changed(asked), signed(account, asked))
    assert answer.status in {400, 403}


@pytest.mark.parametrize("header", ["X-Amz-Date", "X-Amz-Target", "Host"])
def test_a_signed_header_may_not_change(account: Sandbox, header: str) -> None:
    """``localhost`` is another name of the same server, and another signature."""
    asked = CALLS["json"]
    headers = signed(account, asked)
    others = {
        "X-Amz-Date": headers["X-Amz-Date"][:-2] + ("1Z" if headers["X-Amz-Date"][-2] == "0" else "0Z"),
        "X-Amz-Target": "StarlingDoveService.DeleteConfigRule",
        "Host": headers["Host"].replace("127.0.0.1", "localhost"),
    }
    assert send(account, asked, headers | {header: others[header]}).code == "InvalidSignatureException"


def test_a_header_that_s3_wants_signed_is_missed(account: Sandbox) -> None:
    asked = CALLS["rest-xml"]
    answer = send(account, asked, signed(account, asked) | {"X-Amz-Acl": "public-read"})
    assert (answer.code, answer.status) == ("AccessDenied", 403)


@every_protocol
@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_time_too_far_off_is_refused(account: Sandbox, protocol: str, minutes: int) -> None:
    asked = CALLS[protocol]
    answer = send(account, asked, signed(account, asked, earlier=minutes * MINUTE))
    codes = {"query": "SignatureDoesNotMatch", "rest-xml": "RequestTimeTooSkewed"}
    assert answer.code == codes.get(protocol, "InvalidSignatureException")
    words = {"rest-xml": b"difference between"}.get(
        protocol, b"expired" if minutes > 0 else b"not yet current"
    )
    assert words in answer.body


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_a_little_off_does_not_matter(account: Sandbox, minutes: int) -> None:
    asked = CALLS["query"]
    assert send(account, asked, signed(account, asked, earlier=minutes * MINUTE)).status == 200


@pytest.mark.parametrize(
    ("protocol", "code"),
    [
        ("query", "MissingAuthenticationToken"),
        ("json", "MissingAuthenticationTokenException"),
        ("rest-xml", "MissingAuthenticationToken"),
    ],
)
def test_an_unsigned_request_is_nobodys(account: Sandbox, protocol: str, code: str) -> None:
    answer = send(account, CALLS[protocol], CALLS[protocol].headers)
    assert (answer.code, answer.status) == (code, 400 if protocol == "json" else 403)
    assert account.calls[-1].principal == "anonymous"


SPOILT: dict[str, Callable[[str], str]] = {
    "another algorithm": lambda text: text.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
    "no scope": lambda text: text.replace("/us-east-1/", "/"),
    "another day": lambda text: text.replace("/20", "/19", 1),
    "host not signed": lambda text: text.replace("host;", ""),
    "no signature": lambda text: text.partition("Signature=")[0],
    "a short signature": lambda text: text[:-1],
    "version 2": lambda _: "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=",
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_no_signature_is_refused(account: Sandbox, spoilt: str) -> None:
    asked = CALLS["query"]
    headers = signed(account, asked)
    headers["Authorization"] = SPOILT[spoilt](headers["Authorization"])
    answer = send(account, asked, headers)
    assert (answer.status, answer.code) in {(400, "IncompleteSignature"), (400, "InvalidRequest")}


def test_a_forged_call_is_not_logged_as_the_administrators(account: Sandbox) -> None:
    asked = CALLS["query"]
    send(account, asked, signed(account, asked, secret="another"))
    call = account.calls[-1]
    assert (call.principal, call.error_code) == (account.administrator.access_key_id, "SignatureDoesNotMatch")


# Temporary credentials


@pytest.fixture(scope="module")
def session(account: Sandbox) -> dict[str, str]:
    trust = '{"Version":"2012-10-17","Statement":'
    trust += '{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}'
    role = account.client("iam").create_role(RoleName="runbook", AssumeRolePolicyDocument=trust)["Role"]
    given = account.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="one")["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def test_temporary_credentials_work_whole_only(account: Sandbox, session: dict[str, str]) -> None:
    def ask(**credentials: Any) -> Any:
        return account.session().client("sts", **credentials).get_caller_identity

    assert ask(**session)()["Arn"].endswith(":assumed-role/runbook/one")
    assert refused(ask(**session | {"aws_session_token": "another"})) == ("InvalidClientTokenId", 403)
    assert refused(ask(**session | {"aws_session_token": None})) == ("InvalidClientTokenId", 403)
    assert refused(ask(**session | {"aws_secret_access_key": "another"})) == ("SignatureDoesNotMatch", 403)


def test_a_long_term_key_takes_no_token(account: Sandbox) -> None:
    administrator = account.administrator
    sts = account.session().client(
        "sts",
        aws_access_key_id=administrator.access_key_id,
        aws_secret_access_key=administrator.secret_access_key,
        aws_session_token="any",
    )
    assert refused(sts.get_caller_identity) == ("InvalidClientTokenId", 403)


def test_every_start_has_other_credentials(account: Sandbox) -> None:
    """Nobody who has seen one account, or this source, can open the next."""
    first, second = Sandbox(Path(), io), Sandbox(Path(), io)
    made = [one.administrator for one in (account, first, second)]
    assert len({one.access_key_id for one in made} | {one.secret_access_key for one in made}) == 6
    assert all(one.secret_access_key not in repr(one) for one in made)


# S3, as SDKs use it


@pytest.mark.parametrize("key", ["rule/rule.zip", "a b+c&d=é~'()*!", "double//slash", "./dot/../dot", "%41"])
def test_any_key_can_be_put_and_read(account: Sandbox, key: str) -> None:
    s3 = account.client("s3")
    s3.put_object(Bucket="artefacts", Key=key, Body=b"PK" * 50_000, Metadata={"made": "by  hand"})
    assert s3.get_object(Bucket="artefacts", Key=key)["Body"].read() == b"PK" * 50_000
    listed = s3.list_objects_v2(Bucket="artefacts", Prefix=key)["Contents"]
    assert [one["Key"] for one in listed] == [key]
    s3.delete_object(Bucket="artefacts", Key=key)


@pytest.mark.parametrize("signs", [True, False])
def test_an_upload_in_parts_and_one_with_an_unsigned_body(account: Sandbox, signs: bool) -> None:
    s3 = account.session().client("s3", config=Config(s3={"payload_signing_enabled": signs}))
    s3.upload_fileobj(io.BytesIO(b"x" * 9_000_000), "artefacts", "large")
    assert s3.head_object(Bucket="artefacts", Key="large")["ContentLength"] == 9_000_000


def test_a_body_sent_in_chunks_with_a_checksum_behind_it(account: Sandbox) -> None:
    """The SDK does so over HTTPS; here it is told that the address is safe."""
    asked = Asked(
        "s3", "PUT", "/artefacts/chunked", b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    )
    streaming = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    more = {
        "X-Amz-Content-SHA256": streaming,
        "Content-Encoding": "aws-chunked",
        "X-Amz-Decoded-Content-Length": "5",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    asked = replace(asked, headers=more)
    with patch.object(auth.S3SigV4Auth, "payload", lambda *_: streaming):
        headers = signed(account, asked)
    assert send(account, asked, headers).status == 200
    assert account.client("s3").get_object(Bucket="artefacts", Key="chunked")["Body"].read() == b"hello"


# Presigned addresses


def fetched(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - loopback
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


@pytest.fixture(scope="module")
def presign(account: Sandbox) -> Callable[..., str]:
    s3 = account.session().client("s3", config=Config(signature_version="s3v4"))
    s3.put_object(Bucket="artefacts", Key="a b", Body=b"seen")

    def make(operation: str = "get_object", seconds: int = 60, key: str = "a b") -> str:
        return str(s3.generate_presigned_url(operation, {"Bucket": "artefacts", "Key": key}, seconds))

    return make


def test_a_presigned_address_of_s3_works_without_a_header(
    account: Sandbox, presign: Callable[..., str]
) -> None:
    assert fetched(presign()).body == b"seen"
    assert fetched(presign("put_object", key="new"), "PUT", b"written", **PLAIN).status == 200
    assert account.client("s3").get_object(Bucket="artefacts", Key="new")["Body"].read() == b"written"


def test_a_presigned_address_is_for_what_it_says(presign: Callable[..., str]) -> None:
    assert fetched(presign().replace("a%20b", "another")).code == "SignatureDoesNotMatch"
    assert fetched(presign(), "DELETE").code == "SignatureDoesNotMatch"
    assert fetched(presign().replace("Expires=60", "Expires=600")).code == "SignatureDoesNotMatch"


def test_a_presigned_address_expires(presign: Callable[..., str]) -> None:
    url = presign(seconds=1)
    time.sleep(2.1)
    answer = fetched(url)
    assert (answer.code, b"Request has expired" in answer.body) == ("AccessDenied", True)
    assert fetched(presign(seconds=604_801)).status == 400


def test_a_presigned_address_leads_to_no_other_service(account: Sandbox) -> None:
    """Moto looks into path and body of what has no Authorization header, and takes this for a call of IAM."""
    s3 = account.session().client("s3", config=Config(signature_version="s3v4"))
    url = s3.generate_presigned_url("put_object", {"Bucket": "iam_us-east-1", "Key": "x"})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = fetched(url, "PUT", b"Action=CreateUser&UserName=mallory&Version=2010-05-08", **form)
    assert (account.calls[-1].service, answer.code) == ("s3", "NoSuchBucket")


@pytest.mark.parametrize(("service", "operation"), [("iam", "list_users"), ("sts", "get_caller_identity")])
def test_presigned_addresses_work_for_s3_only(account: Sandbox, service: str, operation: str) -> None:
    url = account.client(service).generate_presigned_url(operation)
    assert (fetched(url).status, fetched(url, "POST", b"").status) == (400, 400)


def test_a_key_in_the_query_proves_nothing(account: Sandbox) -> None:
    """So it was: X-Amz-Credential in any query made anybody of the caller."""
    scope = f"{account.administrator.access_key_id}/20260101/us-east-1/iam/aws4_request"
    url = f"{account.endpoint}/?Action=ListUsers&Version=2010-05-08&X-Amz-Credential={scope}"
    assert fetched(url).status == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert fetched(url, "POST", b"Action=ListUsers&Version=2010-05-08", **form).status == 400


def test_signature_version_2_is_refused_as_for_new_buckets(account: Sandbox) -> None:
    old = account.session().client("s3", config=Config(signature_version="s3"))
    url = old.generate_presigned_url("get_object", {"Bucket": "artefacts", "Key": "a b"})
    assert "AWSAccessKeyId=" in url
    assert fetched(url).status == 400


def test_both_a_header_and_a_query_are_one_too_many(account: Sandbox, presign: Callable[..., str]) -> None:
    asked = CALLS["rest-xml"]
    answer = fetched(presign(), Authorization=signed(account, asked)["Authorization"])
    assert (answer.status, b"Only one auth mechanism" in answer.body) == (400, True)
