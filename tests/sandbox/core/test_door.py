"""Web pages, other names for this machine, and what is no API of AWS: none of it gets past the door."""

import http.client
import json
from collections.abc import Iterator, Mapping

import pytest

from rulebook.sandbox import Sandbox
from sandbox.core.raw import CALLS, Asked, send, signed


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


PAGES = {
    "a page": {"Origin": "https://example.com"},
    "a page of a file": {"Origin": "null"},
    "a page of another port": {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-site"},
    "an image of a page": {"Sec-Fetch-Site": "cross-site"},
    "a page that lies in a bucket": {"Sec-Fetch-Site": "same-origin"},
    "a name that leads to this machine": {"Host": "rebound.example.com"},
    "that name with the port": {"Host": "rebound.example.com:{port}"},
    "the address without the port": {"Host": "127.0.0.1"},
    "no name": {"Host": ""},
}


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("protocol", CALLS)
def test_a_web_page_is_refused_even_with_a_right_signature(account: Sandbox, who: str, protocol: str) -> None:
    port = account.endpoint.rpartition(":")[2]
    asked, before = CALLS[protocol], len(account.calls)
    disguise = {name: value.format(port=port) for name, value in PAGES[who].items()}
    answer = send(account, asked, signed(account, asked) | disguise)
    assert (answer.status, len(account.calls)) == (403, before)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_machines_own_names_are_answered(account: Sandbox, name: str) -> None:
    iam = account.session().client("iam", endpoint_url=account.endpoint.replace("127.0.0.1", name))
    assert iam.list_users()["Users"] == []


def test_a_typed_address_is_an_unsigned_call(account: Sandbox) -> None:
    answer = send(account, Asked(method="GET", body=b"", headers={}), {"Sec-Fetch-Site": "none"})
    assert (answer.status, answer.code) == (403, "MissingAuthenticationToken")


def test_two_simple_posts_of_a_page_run_nothing(account: Sandbox) -> None:
    """So it was: a form could create a document, and another start it, as the person who ran the account."""
    scope = f"{account.administrator.access_key_id}/20260101/us-east-1/ssm/aws4_request"
    content = json.dumps({"schemaVersion": "0.3", "mainSteps": []})
    for operation, asked in (
        ("CreateDocument", {"Name": "Evil", "DocumentType": "Automation", "Content": content}),
        ("StartAutomationExecution", {"DocumentName": "Evil"}),
    ):
        target = f"/?X-Amz-Credential={scope}&X-Amz-Target=AmazonSSM.{operation}"
        post = Asked("ssm", "POST", target, json.dumps(asked).encode(), {"Content-Type": "text/plain"})
        for headers in (post.headers, {**post.headers, "Origin": "https://example.com"}):
            assert send(account, post, headers).status in {400, 403}
    names = account.client("ssm").list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])
    assert names["DocumentIdentifiers"] == []


def headers_of(account: Sandbox, method: str, target: str, headers: Mapping[str, str]) -> dict[str, str]:
    connection = http.client.HTTPConnection(account.endpoint.removeprefix("http://"), timeout=30)
    connection.request(method, target, headers=dict(headers))
    response = connection.getresponse()
    response.read()
    connection.close()
    return {name.lower(): value for name, value in response.getheaders()}


def test_no_answer_lets_a_page_read_it(account: Sandbox) -> None:
    """Not even of a bucket whose CORS rules allow everybody, which moto would announce."""
    s3 = account.client("s3")
    s3.create_bucket(Bucket="open")
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"]}
    s3.put_bucket_cors(Bucket="open", CORSConfiguration={"CORSRules": [rule]})
    s3.put_object(Bucket="open", Key="x", Body=b"x")
    preflight = {"Origin": "https://example.com", "Access-Control-Request-Method": "PUT"}
    answers = [
        headers_of(account, "OPTIONS", target, preflight)
        for target in ("/", "/open/x", "/moto-api/data.json")
    ]
    answers += [headers_of(account, "OPTIONS", "/open/x", {})]
    asked = Asked("s3", "OPTIONS", "/open/x", b"", {"Access-Control-Request-Method": "PUT"})
    answers += [dict(send(account, asked, signed(account, asked)).headers)]
    for call in CALLS.values():
        answers.append(dict(send(account, call, signed(account, call)).headers))
    assert [name for one in answers for name in one if name.lower().startswith("access-control-")] == []


NOT_AWS = [
    "/moto-api/",
    "/moto-api/data.json",
    "/moto-api/reset",
    "/moto-api/config",
    "/moto-api/recorder/start-recording",
    "/latest/meta-data/iam/security-credentials/default-role",
    "/latest/api/token",
    "/latest",
    "/favicon.ico",
]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", NOT_AWS)
def test_motos_own_pages_are_not_there(account: Sandbox, path: str, method: str) -> None:
    asked = Asked("s3", method, path, b"", {})
    for headers in ({}, signed(account, asked)):
        answer = send(account, asked, headers)
        assert (answer.status, answer.body) == (404, b"the embedded account has APIs of AWS only\n")


@pytest.mark.parametrize("service", ["moto_api", "motoapi", "instance_metadata", "moto-api"])
def test_no_signed_service_leads_to_them(account: Sandbox, service: str) -> None:
    asked = Asked(service, "POST", "/recorder/start-recording", b"", {})
    assert send(account, asked, signed(account, asked)).status >= 400
    spelt = Asked("s3", "GET", "/%6doto-api/data.json", b"", {})
    assert send(account, spelt, signed(account, spelt)).status == 404
