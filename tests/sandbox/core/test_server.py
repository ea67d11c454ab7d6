"""The embedded account as a server: where it listens, what it leaves behind, what a process gets of it."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from rulebook.sandbox import Sandbox, endpoint
from rulebook.sandbox.iam import credential_report
from rulebook.sandbox.server import PortTaken

PROGRAM = """
import boto3, json
identity = boto3.client("sts").get_caller_identity()
boto3.client("s3").create_bucket(Bucket="artefacts")
boto3.client("s3").put_object(Bucket="artefacts", Key="rule/rule.zip", Body=b"PK" * 50_000)
body = boto3.client("s3").get_object(Bucket="artefacts", Key="rule/rule.zip")["Body"].read()
print(json.dumps([identity["Account"], len(body), boto3.client("iam").meta.region_name]))
"""


def run_python(program: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program stands above
        [sys.executable, "-c", program],
        env=environment,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_it_listens_on_loopback_only(account: Sandbox) -> None:
    assert account.endpoint.startswith("http://127.0.0.1:")
    port = int(account.endpoint.rpartition(":")[2])
    own_addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in own_addresses - {"127.0.0.1"}:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((str(address), port), timeout=2)


def test_another_process_works_in_the_account_with_its_environment_alone(account: Sandbox) -> None:
    done = run_python(PROGRAM, account.environment())
    assert (done.stderr, done.returncode) == ("", 0)
    assert json.loads(done.stdout) == ["123456789012", 100_000, "us-east-1"]


def test_the_environment_has_nothing_of_the_person(
    account: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "HOME", "AWS_ENDPOINT_URL_IAM"):
        monkeypatch.setenv(name, str(tmp_path))
    environment = account.environment()
    assert str(tmp_path) not in environment.values()
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_IAM"}.isdisjoint(environment)
    assert list(Path(environment["HOME"]).iterdir()) == []
    assert not Path(environment["AWS_CONFIG_FILE"]).exists()
    assert not Path(environment["AWS_SHARED_CREDENTIALS_FILE"]).exists()
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_a_profile_of_the_person_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto asks botocore for service names when an error is rendered, and botocore reads AWS_PROFILE."""
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")
    with Sandbox.start() as account, pytest.raises(ClientError, match="InvalidBucketName"):
        account.client("s3").create_bucket(Bucket="b")
    assert os.environ["AWS_PROFILE"] == "does-not-exist"


def test_it_leaves_the_process_as_it_was() -> None:
    environment, threads = dict(os.environ), set(threading.enumerate())
    with Sandbox.start() as account:
        home = Path(account.environment()["HOME"])
        account.client("iam").list_users()
        assert home.is_dir()
    assert dict(os.environ) == environment
    assert not home.exists()
    assert set(threading.enumerate()) <= threads
    with pytest.raises(RuntimeError, match="no embedded account"):
        endpoint.current()


def test_every_account_starts_empty() -> None:
    for _ in range(2):
        with Sandbox.start() as account:
            assert account.client("iam").list_users()["Users"] == []
            account.client("iam").create_user(UserName="left-behind")


def test_a_client_of_an_ended_account_is_not_answered_by_the_next() -> None:
    with Sandbox.start() as account:
        late = account.client("iam")
        late.list_users()
    with Sandbox.start(), pytest.raises(EndpointConnectionError):
        late.list_users()


def test_a_chosen_port_can_be_used_again_at_once() -> None:
    with Sandbox.start() as account:
        port = int(account.endpoint.rpartition(":")[2])
        account.client("iam").list_users()
    with Sandbox.start(port) as account:
        assert account.endpoint == endpoint.current() == f"http://127.0.0.1:{port}"


def test_a_taken_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"^port {port} on 127.0.0.1: Address already in use; choose"):
            Sandbox.start(port).__enter__()
    assert "MOTO_ACCOUNT_ID" not in os.environ


def test_there_is_one_account_a_process(account: Sandbox) -> None:
    account.client("iam").create_user(UserName="somebody")
    with pytest.raises(RuntimeError, match="already running"):
        Sandbox.start().__enter__()
    assert len(account.client("iam").list_users()["Users"]) == 1


def test_it_writes_nothing(account: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    account.client("iam").list_users()
    with pytest.raises(ClientError):
        account.client("iam").get_user(UserName="nobody")
    assert capfd.readouterr() == ("", "")


def test_what_moto_lacks_is_said_and_not_repeated(account: Sandbox) -> None:
    with pytest.raises(ClientError) as caught:
        account.client("config").describe_pending_aggregation_requests()
    answer = caught.value.response
    assert answer["Error"]["Code"] == "NotImplemented"
    message = answer["Error"]["Message"]
    assert "does not have config:DescribePendingAggregationRequests" in message
    assert not message.endswith("()")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0


def test_where_moto_stumbles_over_a_right_request_it_is_what_is_not_there(
    account: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line: it is no defect of the caller's, nor of this account's."""
    with pytest.raises(ClientError) as caught:
        account.client("config").describe_organization_conformance_packs()
    answer = caught.value.response
    assert answer["Error"]["Code"] == "NotImplemented"
    assert "does not have config:DescribeOrganizationConformancePacks (moto: " in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    assert len(caplog.text.splitlines()) == 1


def test_a_defect_of_this_account_is_an_internal_failure_and_told_whole(
    account: Sandbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credential_report, "take_report", lambda *_: 1 // 0)
    with pytest.raises(ClientError, match="InternalFailure"):
        account.client("iam").generate_credential_report()
    assert "Traceback" in caplog.text


def test_importing_the_package_does_not_import_moto() -> None:
    program = "import sys, rulebook.sandbox; print([m for m in sys.modules if m.partition('.')[0] == 'moto'])"
    done = run_python(program, {"PATH": os.defpath})
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
