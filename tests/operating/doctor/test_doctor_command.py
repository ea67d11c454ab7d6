"""`rulebook doctor` as a person runs it."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operating.conftest import STEPS
from operating.doctor.conftest import ACCOUNT, KEYS, Clone, StubbedSession, examination, set_up_config
from rulebook.authoring.render import build
from rulebook.automation.validation import modules
from rulebook.cli import main
from rulebook.operating import doctor as doctor_package
from rulebook.operating.doctor import Diagnosis, checks, examine, saw_nothing
from rulebook.operating.doctor.checks import recorder
from rulebook.operating.doctor.diagnosis import WORST_FIRST
from rulebook.project import Project
from rulebook.sandbox import Sandbox
from shipped.pairs import copy_shipped

READS = ("Describe", "Generate", "Get", "Head", "List", "Simulate")


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with one step in each runbook: `rulebook doctor` inspects them all."""
    project = copy_shipped(tmp_path_factory.mktemp("short"))
    for folder in project.documents().values():
        above, _, _ = folder.authored.read_text(encoding="utf-8").partition("mainSteps:\n")
        folder.authored.write_text(above + STEPS, encoding="utf-8")
        folder.permissions.write_text('["iam:GetUser"]', encoding="utf-8")
    build(project)
    return project


@pytest.fixture
def clone(short: Project, tmp_path: Path) -> Clone:
    """A clone of it."""
    shutil.copytree(short.root, tmp_path, dirs_exist_ok=True)
    return Clone(Project(tmp_path))


def doctor(clone: Clone, *options: str) -> int:
    """Run the command in the clone."""
    return main(["--root", str(clone.project.root), "doctor", *options])


def ready(account: Sandbox) -> None:
    """Do what `rdk init` does."""
    set_up_config(account)
    account.client("s3").create_bucket(Bucket=f"config-rule-code-bucket-{ACCOUNT}-us-east-1")


def levels(document: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in document["Diagnoses"]:
        found.setdefault(one["check"], set()).add(one["level"])
    return found


def test_an_account_that_is_ready_exits_0(
    account: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready(account)
    assert doctor(Clone(copy_shipped(tmp_path)), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["AccountId"], document["Region"]) == (ACCOUNT, "us-east-1")
    found = levels(document)
    assert found.pop("deploy-permissions") == {"ok"}  # the root user: nothing is simulated
    assert found == {
        name: {"ok"}
        for name in (
            "assume-role-mode",
            "built-files",
            "code-bucket",
            "credential-report",
            "deployed-as-built",
            "deployed-elsewhere",
            "function-memory",
            "function-time",
            "installed-tools",
            "lambda-runtime",
            "one-region",
            "rdklib-layer",
            "readable-files",
            "recorded-users",
            "recorder",
            "remediation-role",
        )
    }


def test_the_json_has_stable_keys(account: Sandbox, clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    doctor(clone, "--json")
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["AccountId", "Region", "Caller", "Diagnoses"]
    assert {tuple(one) for one in document["Diagnoses"]} == {("level", "subject", "seen", "cure", "check")}
    assert all(bool(one["cure"]) == (one["level"] != "ok") for one in document["Diagnoses"])
    assert account.calls


def test_before_rdk_init_it_says_that_this_is_to_come(
    account: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(Clone(copy_shipped(tmp_path))) == 0
    captured = capsys.readouterr()
    assert "rdk init: is yet to come in us-east-1" in " ".join(captured.out.split())
    assert "rdk --region us-east-1 init" in " ".join(captured.out.split())
    assert captured.out.rstrip().splitlines()[-1].startswith("0 error, 1 warning, 0 could-not-check, ")
    assert account.calls


def test_an_account_without_config_exits_1_and_says_the_cure_first(
    account: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account.client("s3").create_bucket(Bucket=f"config-rule-code-bucket-{ACCOUNT}-us-east-1")
    assert doctor(Clone(copy_shipped(tmp_path))) == 1
    captured = capsys.readouterr()
    assert "there is none in us-east-1: AWS Config is not set up" in " ".join(captured.out.split())
    shown = captured.out.splitlines()
    levels = [line.split()[0] for line in shown if line.split()[:1] and line.split()[0] in WORST_FIRST]
    assert levels == sorted(levels, key=WORST_FIRST.index)
    assert shown[-1].startswith("1 error, 0 warning, 0 could-not-check, ")
    assert captured.err == f"Examining account {ACCOUNT}, us-east-1\n"
    assert account.calls


def test_nothing_is_changed(account: Sandbox, clone: Clone) -> None:
    ready(account)
    account.calls.clear()
    doctor(clone)
    changing = {call.operation for call in account.calls if not call.operation.startswith(READS)}
    assert not changing


def test_a_caller_who_may_see_nothing_exits_2(
    account: Sandbox, clone: Clone, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    assert doctor(clone, "--json") == 2
    captured = capsys.readouterr()
    found = levels(json.loads(captured.out))
    refused = {"code-bucket", "credential-report", "deploy-permissions", "function-time", "recorder"}
    assert {name: found[name] for name in refused} == {name: {"could-not-check"} for name in refused}
    assert captured.err.splitlines()[-1].startswith("Nothing of the account could be looked at; ")


@pytest.mark.parametrize(
    ("unset", "said"),
    [
        pytest.param(
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "Unable to locate credentials", id="credentials"
        ),
        pytest.param(("AWS_DEFAULT_REGION", "AWS_REGION"), "You must specify a region", id="region"),
    ],
)
def test_without_credentials_or_region_it_could_not_run(
    account: Sandbox,
    clone: Clone,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    unset: tuple[str, ...],
    said: str,
) -> None:
    account.calls.clear()
    for name in unset:
        monkeypatch.delenv(name)
    assert doctor(clone) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert said in captured.err
    assert not list(account.calls)


def test_another_account_than_expected_ends_it_before_anything_is_asked(
    account: Sandbox, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    account.calls.clear()
    assert doctor(clone, "--expect-account", "210987654321") == 2
    assert f"the credentials belong to account {ACCOUNT}, not 210987654321" in capsys.readouterr().err
    assert [call.operation for call in account.calls] == ["GetCallerIdentity"]


def test_a_key_that_does_not_exist_is_one_line(
    account: Sandbox, clone: Clone, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account.calls.clear()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIADOESNOTEXIST0000")
    assert doctor(clone) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "InvalidClientTokenId" in captured.err
    assert [call.error_code for call in account.calls] == ["InvalidClientTokenId"]


def test_every_check_says_what_why_and_where_it_is_written() -> None:
    for module in modules(checks):
        summary, _, rest = (module.__doc__ or "").partition("\n\n")
        assert summary, module.__name__
        assert rest.strip(), module.__name__


def test_the_worst_comes_first(
    clone: Clone, stubbed: StubbedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [Diagnosis(level, "x", "y", "z") for level in reversed(WORST_FIRST)]
    check = SimpleNamespace(__name__="checks.all", diagnose=lambda _: iter(said))
    monkeypatch.setattr(doctor_package, "modules", lambda _: [check])
    assert [one.level for one in examine(examination(clone, stubbed))] == [*WORST_FIRST]


@pytest.mark.parametrize("check", sorted(checks.ALWAYS_ASK))
def test_one_answer_of_the_account_is_enough_to_say_something(check: str) -> None:
    refusals = [Diagnosis("could-not-check", "x", "y", "z", one) for one in sorted(checks.ALWAYS_ASK)]
    assert saw_nothing([*refusals, Diagnosis("ok", "x", "y", check="one-region")])
    assert not saw_nothing([*refusals, Diagnosis("error", "x", "y", "z", check)])


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"])
def test_a_token_that_expires_meanwhile_ends_the_examination(
    clone: Clone, stubbed: StubbedSession, code: str
) -> None:
    stubbed.stub("s3").add_client_error("head_bucket", code)
    for service in ("iam", "config", "lambda"):
        stubbed.stub(service)
    with pytest.raises(ClientError, match=code):
        examine(examination(clone, stubbed))


def test_what_a_check_found_before_it_was_refused_is_kept(clone: Clone, stubbed: StubbedSession) -> None:
    config = stubbed.stub("config")
    status = {"name": "default", "recording": True}
    config.add_response("describe_configuration_recorders", {"ConfigurationRecorders": [{"name": "default"}]})
    config.add_response("describe_configuration_recorder_status", {"ConfigurationRecordersStatus": [status]})
    config.add_client_error("describe_delivery_channels", "AccessDeniedException", "not you")
    found = doctor_package._run(recorder, examination(clone, stubbed))
    assert found == [
        Diagnosis("ok", "recorder default", "is on", "", "recorder"),
        Diagnosis(
            "could-not-check",
            "DescribeDeliveryChannels",
            "AccessDeniedException: not you",
            "allow DescribeDeliveryChannels to the credentials in use, or let somebody run this who may",
            "recorder",
        ),
    ]


BROKEN = [
    pytest.param("rules/{rule}/parameters.json", b"", id="empty parameters"),
    pytest.param("rules/{rule}/parameters.json", b"{", id="broken parameters"),
    pytest.param("rules/{rule}/parameters.json", b"\xff\xfe", id="parameters not in UTF-8"),
    pytest.param("rules/{rule}/parameters.json", b"[]", id="parameters of another shape"),
    pytest.param("rules/{rule}/permissions.json", b'{"a": [[]]}', id="permissions of another shape"),
    pytest.param("rules/{rule}/permissions.json", b'["*"]', id="a wildcard"),
    pytest.param("rules/{rule}/permissions.json", b"null", id="no permissions"),
    pytest.param("ssm_docs/DeleteStaleAccessKeys/document.yaml", None, id="a missing document"),
    pytest.param("ssm_docs/DeleteStaleAccessKeys/permissions.json", b'[["x"]]', id="a runbook's permissions"),
]


@pytest.mark.parametrize(("file", "content"), BROKEN)
def test_a_broken_file_is_an_error_that_names_it_and_no_traceback(
    account: Sandbox, clone: Clone, capsys: pytest.CaptureFixture[str], file: str, content: bytes | None
) -> None:
    ready(account)
    path = clone.project.root / file.format(rule=KEYS)
    path.unlink() if content is None else path.write_bytes(content)
    clone.configure(f"rules.{KEYS}.remediation.role", "scoped")
    assert doctor(clone, "--json") == 1
    errors = [one for one in json.loads(capsys.readouterr().out)["Diagnoses"] if one["level"] == "error"]
    assert [one for one in errors if path.parent.name in one["subject"] + one["seen"]], errors
    assert all(one["cure"] for one in errors)
