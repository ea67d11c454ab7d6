"""The read-only guard: whatever a process behind it tries, the account stays as it is.

Each way out is tried for real, against an account that would let it: the embedded one checks no signatures,
so that only the guard stands between.
"""

import io
import json
import os
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from automation.conftest import document, script
from rulebook.automation import run_document
from rulebook.automation.guard import GuardedCaller, ReadOnlyGuard
from rulebook.automation.guard.asked import Wire, read_asked
from rulebook.automation.guard.forwarding import Forwarder
from rulebook.automation.guard.routes import routes
from rulebook.automation.script_process import GUARD_PORT
from rulebook.iam import only_reads
from rulebook.sandbox import KeySeed, Sandbox
from rulebook.service_model import service_model


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An account with a user and a bucket to lose."""
    with Sandbox.start() as running:
        running.add_user("jane", created=timedelta(days=400), keys=[KeySeed(timedelta(days=200))])
        s3 = running.client("s3")
        s3.create_bucket(Bucket="bucket-one")
        s3.put_object(Bucket="bucket-one", Key="a/b c+d", Body=b"hello")
        yield running


@pytest.fixture(scope="module")
def guard(account: Sandbox) -> Iterator[ReadOnlyGuard]:
    """A guard in front of the account."""
    with ReadOnlyGuard(account.session()) as running:
        yield running


@pytest.fixture
def caller(guard: ReadOnlyGuard, account: Sandbox) -> Iterator[GuardedCaller]:
    """Somebody behind the guard; at the end the account must not have heard of any write."""
    account.calls.clear()
    with guard.caller() as one:
        yield one
    boto3_names = {"monitoring": "cloudwatch"}  # the log has the names that are signed with
    heard = [(boto3_names.get(call.service, call.service), call.operation) for call in account.calls]
    written = [call for call in heard if not only_reads(*call)]
    assert written == []
    assert [user["UserName"] for user in account.client("iam").list_users()["Users"]] == ["jane"]


def behind(caller: GuardedCaller, body: str, **payload: Any) -> Any:
    """Run the body of a handler behind the guard and return what it returned."""
    source = "import boto3, os, subprocess, sys\n\ndef handler(events, context):\n"
    source += "\n".join(f"    {line}" for line in body.strip().splitlines())
    ended = run_document(document(script("Try", source, payload)), {}, caller.environment)
    assert ended.failure_message == "", ended.steps[0].log
    return ended.steps[0].outputs["Payload"]


def test_reads_of_every_protocol_come_through_as_they_are(caller: GuardedCaller) -> None:
    found = behind(
        caller,
        """
s3 = boto3.client("s3")
return {
    "query": [user["UserName"] for user in boto3.client("iam").list_users()["Users"]],
    "ec2": boto3.client("ec2").describe_instances()["Reservations"],
    "json": boto3.client("config").describe_config_rules()["ConfigRules"],
    "cbor": len(boto3.client("cloudwatch").list_metrics()["Metrics"]) > 0,
    "rest-json": boto3.client("lambda").list_functions()["Functions"],
    "rest-xml": [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]],
    "body": s3.get_object(Bucket="bucket-one", Key="a/b c+d")["Body"].read().decode(),
    "head": s3.head_object(Bucket="bucket-one", Key="a/b c+d")["ContentLength"],
    "another region": boto3.client("ec2", region_name="eu-west-1").meta.region_name,
    "resource": [user.name for user in boto3.resource("iam").users.all()],
}
""",
    )
    assert found == {
        "query": ["jane"],
        "ec2": [],
        "json": [],
        "cbor": True,
        "rest-json": [],
        "rest-xml": ["bucket-one"],
        "body": "hello",
        "head": 5,
        "another region": "eu-west-1",
        "resource": ["jane"],
    }
    assert caller.refusals == []


def test_an_error_of_aws_is_the_same_error_behind_the_guard(caller: GuardedCaller) -> None:
    said = behind(
        caller,
        """
try:
    boto3.client("iam").get_user(UserName="nobody")
except boto3.client("iam").exceptions.NoSuchEntityException as error:
    return error.response["Error"]["Code"]
""",
    )
    assert said == "NoSuchEntity"


WRITES = {
    "query": 'boto3.client("iam").delete_user(UserName="jane")',
    "ec2": 'boto3.client("ec2").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)',
    "json": 'boto3.client("config").delete_config_rule(ConfigRuleName="x")',
    "cbor": 'boto3.client("cloudwatch").put_metric_data(Namespace="x", MetricData=[])',
    "rest-json": 'boto3.client("lambda").delete_function(FunctionName="f")',
    "rest-xml": 'boto3.client("s3").delete_object(Bucket="bucket-one", Key="a/b c+d")',
    "a resource": 'boto3.resource("iam").User("jane").delete()',
    "keys of the environment": """boto3.Session(
    aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key="x", aws_session_token="y"
).client("iam").delete_user(UserName="jane")""",
    "another region": 'boto3.client("sns", region_name="eu-west-1").create_topic(Name="t")',
    "a role": """boto3.client("sts").assume_role(
    RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="session"
)""",
    "a session": 'boto3.client("sts").get_session_token()',
    "no hooks": """client = boto3.client("iam")
client.meta.events._emitter._handlers.__init__()
client.delete_user(UserName="jane")""",
    "a patched botocore": """import botocore.auth, botocore.httpsession
send = botocore.httpsession.URLLib3Session.send
def other(self, request):
    request.headers["X-Amz-Target"] = "nothing"
    del request.headers["X-Amz-Target"]
    return send(self, request)
botocore.httpsession.URLLib3Session.send = other
boto3.client("iam").delete_user(UserName="jane")""",
    "a thread": """import concurrent.futures
with concurrent.futures.ThreadPoolExecutor() as pool:
    pool.submit(lambda: boto3.client("iam").delete_user(UserName="jane")).result()""",
    "a process": """code = "import boto3; boto3.client('iam').delete_user(UserName='jane')"
ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
if ran.returncode:
    raise RuntimeError(ran.stderr.splitlines()[-1])""",
}


@pytest.mark.parametrize("way", WRITES)
def test_a_write_is_refused_and_told(caller: GuardedCaller, way: str) -> None:
    body = "try:\n" + "\n".join(f"    {line}" for line in WRITES[way].splitlines())
    said = behind(caller, f"{body}\nexcept Exception as error:\n    return str(error)\nreturn 'done'")
    assert "ReadOnlyGuard" in said
    unsigned = way == "no hooks"  # botocore signs by a hook, and who does not sign is nobody we know
    assert [bool(refusal.operation) for refusal in caller.refusals] == [True] * (not unsigned)


def test_a_refusal_tells_the_call_without_its_secrets(caller: GuardedCaller) -> None:
    behind(
        caller,
        """
try:
    boto3.client("iam").create_login_profile(UserName="jane", Password="hunter2hunter2")
except Exception:
    return None
""",
    )
    [refusal] = caller.refusals
    assert refusal.call == "iam CreateLoginProfile (UserName=jane, Password=(not shown))"


LEAVING = {
    "without the guard's address": """for name in [n for n in os.environ if n.startswith("AWS_ENDPOINT")]:
    del os.environ[name]""",
    "straight to the account": 'os.environ["AWS_ENDPOINT_URL_IAM"] = events["Endpoint"]',
}


@pytest.mark.parametrize("way", LEAVING)
def test_a_process_that_goes_round_the_guard_gets_nowhere(
    caller: GuardedCaller, account: Sandbox, way: str
) -> None:
    said = behind(
        caller,
        f"""
{LEAVING[way]}
import botocore.config
one = botocore.config.Config(retries={{"total_max_attempts": 1}}, connect_timeout=2)
try:
    boto3.client("iam", config=one).delete_user(UserName="jane")
except Exception as error:
    return str(error)
return "done"
""",
        Endpoint=account.endpoint,
    )
    assert said != "done"


linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")


@linux
def test_a_process_reads_neither_the_persons_files_nor_our_memory_nor_any_other_port(
    caller: GuardedCaller, account: Sandbox, tmp_path: Path
) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("aws_secret_access_key = real", encoding="utf-8")
    found = behind(
        caller,
        """
import socket
def tried(what):
    try:
        return str(what())
    except OSError as error:
        return type(error).__name__
script = f"print(open({events['File']!r}).read())"
return [
    tried(lambda: open(events["File"]).read()),
    tried(lambda: open(f"/proc/{events['Pid']}/environ").read()),
    tried(lambda: open(f"/proc/{events['Pid']}/mem", "rb").read(1)),
    tried(lambda: socket.create_connection(("127.0.0.1", events["Port"]), 2)),
    tried(lambda: subprocess.run([sys.executable, "-c", script], env={}, capture_output=True).stdout),
    tried(lambda: os.kill(events["Pid"], 0)),
    tried(lambda: os.kill(os.getppid(), 0)),
]
""",
        Pid=os.getpid(),
        File=str(secret),
        Port=int(account.endpoint.rpartition(":")[2]),
    )
    assert found == ["PermissionError"] * 4 + ["b''"] + ["PermissionError"] * 2


SCOPE = "20260101/us-east-1/iam/aws4_request"
FORM = "application/x-www-form-urlencoded"
DELETE = "Action=DeleteUser&UserName=jane&Version=2010-05-08"
LIST = "Action=ListUsers&Version=2010-05-08"


def raw(caller: GuardedCaller, text: str, body: str = "", **headers: str) -> bytes:
    """Send a request by hand: first line, the headers of a signed one, others; returns the whole answer."""
    key = caller.environment["AWS_ACCESS_KEY_ID"]
    signed = f"AWS4-HMAC-SHA256 Credential={key}/{SCOPE}, SignedHeaders=host, Signature={'0' * 64}"
    given = {
        "Host": "127.0.0.1",
        "Authorization": signed,
        "Content-Type": FORM,
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [text, *(f"{k}: {v}" for k, v in (given | headers).items() if v)]
    with socket.create_connection(("127.0.0.1", int(caller.environment[GUARD_PORT])), 10) as wire:
        wire.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1"))
        wire.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
    return answer


def test_a_plain_request_by_hand_is_answered(caller: GuardedCaller) -> None:
    assert b"<UserName>jane</UserName>" in raw(caller, "POST /iam HTTP/1.1", LIST)


NASTY: list[Any] = [
    pytest.param("POST /iam HTTP/1.1", DELETE, {}, id="a write"),
    pytest.param("POST /iam HTTP/1.1", f"{LIST}&{DELETE}", {}, id="two actions, the write last"),
    pytest.param("POST /iam HTTP/1.1", f"{DELETE}&{LIST}", {}, id="two actions, the write first"),
    pytest.param("POST /iam HTTP/1.1", f"{LIST}&action=DeleteUser", {}, id="an action in lower case"),
    pytest.param(
        "POST /iam HTTP/1.1", LIST.replace("List", "%4cist") + "&%41ction=DeleteUser", {}, id="encoded"
    ),
    pytest.param(f"POST /iam?{DELETE} HTTP/1.1", LIST, {}, id="the write in the query"),
    pytest.param(f"GET /iam?{DELETE} HTTP/1.1", "", {}, id="GET with a query"),
    pytest.param(f"GET /iam?{LIST} HTTP/1.1", "", {}, id="even of a read"),
    pytest.param("POST /iam HTTP/1.1", LIST, {"X-Amz-Target": "IAM.DeleteUser"}, id="a target besides"),
    pytest.param("POST /iam HTTP/1.1", LIST, {"Content-Type": "application/json"}, id="no form"),
    pytest.param("POST /iam HTTP/1.1", "", {"Content-Type": ""}, id="nothing at all"),
    pytest.param("POST /config HTTP/1.1", LIST, {"X-Amz-Target": "IAM.ListUsers"}, id="another's target"),
    pytest.param(
        "POST /config HTTP/1.1",
        "{}",
        {"X-Amz-Target": "StarlingDoveService.DeleteConfigRule"},
        id="json write",
    ),
    pytest.param(
        f"POST /config?{DELETE} HTTP/1.1",
        "{}",
        {"X-Amz-Target": "StarlingDoveService.DescribeConfigRules"},
        id="json with a query",
    ),
    pytest.param("DELETE /s3/bucket-one/a HTTP/1.1", "", {}, id="rest write"),
    pytest.param("PUT /s3/bucket-one/a HTTP/1.1", "x", {}, id="rest put"),
    pytest.param("GET /s3/bucket-one?session HTTP/1.1", "", {}, id="a session of a bucket"),
    pytest.param(
        "GET /s3/bucket-one?X-Amz-Signature=1&X-Amz-Credential=2 HTTP/1.1", "", {}, id="a presigned address"
    ),
    pytest.param("POST /iam//x HTTP/1.1", LIST, {}, id="two slashes"),
    pytest.param("POST /iam/../s3 HTTP/1.1", LIST, {}, id="dots"),
    pytest.param("POST /s3/%2e%2e/iam HTTP/1.1", LIST, {}, id="encoded dots"),
    pytest.param("POST /iam/ListUsers HTTP/1.1", DELETE, {}, id="a path"),
    pytest.param("POST http://iam.amazonaws.com/ HTTP/1.1", DELETE, {}, id="a whole address"),
    pytest.param("POST /iam#/ HTTP/1.1", LIST, {}, id="a fragment"),
    pytest.param("CONNECT iam.amazonaws.com:443 HTTP/1.1", "", {}, id="a tunnel"),
    pytest.param("POST /nosuch HTTP/1.1", LIST, {}, id="no such service"),
    pytest.param("POST /iam HTTP/1.1", DELETE, {"Connection": "Upgrade", "Upgrade": "h2c"}, id="an upgrade"),
    pytest.param(
        "POST /iam HTTP/1.1", LIST, {"Transfer-Encoding": "chunked", "Content-Length": ""}, id="chunks"
    ),
    pytest.param("POST /iam HTTP/1.1", LIST, {"Content-Length": "+5"}, id="an odd length"),
    pytest.param("POST /iam HTTP/1.1", LIST, {"Content-Length": "99999999"}, id="a large body"),
    pytest.param("POST /iam HTTP/1.1", LIST, {"Authorization": ""}, id="unsigned"),
    pytest.param("POST /moto-api/reset HTTP/1.1", "", {}, id="the embedded account's own"),
    pytest.param(
        "GET /s3/bucket-one HTTP/1.1",
        "",
        {"X-HTTP-Method-Override": "DELETE"},
        id="an override",
    ),
]


@pytest.mark.parametrize(("line", "body", "headers"), NASTY)
def test_no_request_made_by_hand_changes_anything(
    caller: GuardedCaller, line: str, body: str, headers: dict[str, str]
) -> None:
    """The fixture looks whether the account heard of a write; here only that nobody says it went well."""
    answer = raw(caller, line, body, **headers)
    if "Override" not in str(headers):  # that header goes no further, and the read may
        assert answer.split(b" ")[1][:1] in (b"4", b"5"), answer


def test_a_second_request_behind_a_body_is_judged_by_itself(caller: GuardedCaller) -> None:
    """Smuggled in one write, on one connection: AWS never sees bytes, only what was understood."""
    second = f"POST /iam HTTP/1.1\r\nHost: x\r\nContent-Length: {len(DELETE)}\r\n\r\n{DELETE}"
    answer = raw(
        caller, "POST /iam HTTP/1.1", LIST + second, **{"Content-Length": str(len(LIST)), "Connection": ""}
    )
    assert answer.count(b"HTTP/1.1 200") == 1
    assert answer.count(b"HTTP/1.1 403") == 1


@pytest.mark.parametrize("header", ["Authorization", "Content-Length", "X-Amz-Target"])
def test_a_header_that_is_there_twice_is_refused(caller: GuardedCaller, header: str) -> None:
    key = caller.environment["AWS_ACCESS_KEY_ID"]
    signed = f"AWS4-HMAC-SHA256 Credential={key}/{SCOPE}, SignedHeaders=host, Signature={'0' * 64}"
    values = {
        "Authorization": signed,
        "Content-Length": str(len(LIST)),
        "X-Amz-Target": "StarlingDoveService.DescribeConfigRules",
    }
    first = f"POST /config HTTP/1.1\r\n{header}: {values[header]}"
    given = {"X-Amz-Target": values["X-Amz-Target"]}
    assert raw(caller, first, LIST, **given).split(b" ")[1][:1] == b"4"


def test_nobody_else_on_this_machine_may_use_the_door(caller: GuardedCaller, guard: ReadOnlyGuard) -> None:
    with guard.caller() as other:
        pass
    assert raw(caller, "POST /iam HTTP/1.1", LIST).startswith(b"HTTP/1.1 200")
    assert raw(other, "POST /iam HTTP/1.1", LIST).startswith(b"HTTP/1.1 403")


def test_a_caller_has_nothing_of_the_persons(caller: GuardedCaller, account: Sandbox) -> None:
    told = json.dumps(behind(caller, "return dict(os.environ)"))
    assert account.administrator.access_key_id not in told
    assert account.administrator.secret_access_key not in told
    assert os.environ.get("HOME", "/nowhere") not in json.loads(told).values()


def test_an_api_step_is_guarded_like_a_script(caller: GuardedCaller) -> None:
    step = {
        "name": "Api",
        "action": "aws:executeAwsApi",
        "inputs": {"Service": "iam", "Api": "DeleteUser", "UserName": "jane"},
    }
    ended = run_document(document(step), {}, caller.environment)
    assert "ReadOnlyGuard" in ended.failure_message
    assert [refusal.call for refusal in caller.refusals] == ["iam DeleteUser (UserName=jane)"]


def test_an_account_that_cannot_be_reached_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:9")
    session = boto3.Session("AKIA1", "x", region_name="us-east-1")
    with ReadOnlyGuard(session) as guard, guard.caller() as one:
        said = behind(
            one,
            """
try:
    boto3.client("iam").list_users()
except Exception as error:
    return str(error)
""",
        )
    assert "the read-only guard could not make this call: Could not connect" in said


@pytest.mark.parametrize("service", ["s3", "lambda", "apigateway", "eks", "route53", "efs"])
def test_an_address_that_means_a_write_too_is_no_read(service: str) -> None:
    """Every operation's own template is led to itself among the matches, whatever else matches."""
    model = service_model(service)
    assert model is not None
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        filled = path.replace("+}", "}")
        for label in [part.partition("}")[0] for part in filled.split("{")[1:]]:
            filled = filled.replace(f"{{{label}}}", "x")
        wanted = dict(one.partition("=")[::2] for one in query.split("&") if one)
        found = [route.operation.name for route in routes(model, http["method"], filled, wanted)]
        assert name in found


GLOBAL = [
    ("iam", "Action=ListUsers&Version=2010-05-08", "https://iam.amazonaws.com/", "us-east-1/iam"),
    (
        "sts",
        "Action=GetCallerIdentity&Version=2011-06-15",
        "https://sts.eu-west-1.amazonaws.com/",
        "eu-west-1/sts",
    ),
]


@pytest.mark.parametrize(("service", "body", "address", "scope"), GLOBAL)
def test_a_call_is_signed_anew_for_where_aws_wants_it(
    monkeypatch: pytest.MonkeyPatch, service: str, body: str, address: str, scope: str
) -> None:
    """The client behind the door signs for its own region, which IAM outside us-east-1 would refuse."""
    sent: list[Any] = []

    def capture(_session: Any, request: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), io.BytesIO())

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", capture)
    monkeypatch.setattr("botocore.awsrequest.AWSResponse.content", b"")
    signed = (
        "AWS4-HMAC-SHA256 Credential=READONLY1/20260101/eu-west-1/x/aws4_request, "
        f"SignedHeaders=host, Signature={'0' * 64}"
    )
    wire = Wire(
        "POST", f"/{service}", [("Authorization", signed), ("Content-Type", FORM)], body.encode("ascii")
    )
    Forwarder(boto3.Session("AKIAREAL", "secret", "token", region_name="eu-west-1")).send(read_asked(wire))
    [request] = sent
    authorization = request.headers["Authorization"].decode()
    assert request.url == address
    assert authorization.startswith("AWS4-HMAC-SHA256 Credential=AKIAREAL/")
    assert f"/{scope}/aws4_request" in authorization
    assert request.headers["X-Amz-Security-Token"] == b"token"
