"""Time, memory, runtime, tools, built files: what can be reckoned beforehand."""

from dataclasses import replace
from datetime import date
from importlib import metadata

import pytest

from operating.doctor.conftest import KEYS, POLICY, Clone, StubbedSession, examination, found, set_up_config
from rulebook.operating.doctor.checks import (
    built_files,
    code_bucket,
    credential_report,
    function_memory,
    function_time,
    installed_tools,
    lambda_runtime,
    rdklib_layer,
    readable_files,
)
from rulebook.sandbox import Sandbox


def users(stubbed: StubbedSession, count: int) -> None:
    """Let the account have so many users."""
    stubbed.stub("iam").add_response("get_account_summary", {"SummaryMap": {"Users": count}})


@pytest.mark.parametrize(
    ("count", "calls", "seconds"),
    [
        pytest.param(0, 1, 15, id="nobody"),
        pytest.param(100, 1, 21, id="a small account"),
        pytest.param(865, 1, 60, id="as many as the default time-out bears"),
        pytest.param(5000, 1, 275, id="a full account"),
        pytest.param(5000, 4, 1025, id="more than any function gets"),
    ],
)
def test_the_seconds_grow_with_the_users(count: int, calls: int, seconds: int) -> None:
    assert function_time.seconds_to_judge(count, calls) == seconds


@pytest.mark.parametrize(
    ("parameters", "calls"),
    [
        pytest.param({}, 1, id="as shipped"),
        pytest.param({"maxCredentialUsageAge": 45}, 2, id="last use is read"),
        pytest.param({"exemptTag": "exempt"}, 2, id="tags are read"),
    ],
)
def test_a_user_costs_the_calls_that_the_parameters_bring(
    clone: Clone, stubbed: StubbedSession, parameters: dict[str, object], calls: int
) -> None:
    for name, value in parameters.items():
        clone.configure(f"rules.{KEYS}.parameters.{name}", value)
    subject = examination(clone, stubbed)
    assert function_time.calls_a_user(subject.config.rules[KEYS], subject.actions_read(KEYS)) == calls


def test_too_many_users_for_rdks_default_get_a_time_out(clone: Clone, stubbed: StubbedSession) -> None:
    users(stubbed, 5000)
    stubbed.stub("lambda").add_client_error("get_function_configuration", "ResourceNotFoundException")
    [one] = function_time.diagnose(examination(clone, stubbed))
    assert (one.level, one.subject, one.seen, one.cure) == (
        "warning",
        KEYS,
        "5000 users, 1 calls each, need up to 275 s; rdk gives 60 s",
        f"run `rdk deploy {KEYS} --lambda-timeout 300`",
    )


def test_the_time_out_of_a_deployed_function_counts(clone: Clone, stubbed: StubbedSession) -> None:
    users(stubbed, 5000)
    name = {"FunctionName": "RDK-Rule-Function-ACCESSKEYSROTATEDCUSTOM"}
    stubbed.stub("lambda").add_response("get_function_configuration", {"Timeout": 300}, name)
    assert found(function_time, examination(clone, stubbed)) == [
        ("ok", KEYS, "5000 users, 1 calls each, need up to 275 s; the deployed function has 300 s")
    ]


def test_more_than_any_function_gets_has_the_longest_as_cure(clone: Clone, stubbed: StubbedSession) -> None:
    users(stubbed, 20_000)
    stubbed.stub("lambda").add_client_error("get_function_configuration", "ResourceNotFoundException")
    [one] = function_time.diagnose(examination(clone, stubbed))
    assert one.cure == f"run `rdk deploy {KEYS} --lambda-timeout 900`"


def test_a_full_account_fits_rdks_memory(clone: Clone, stubbed: StubbedSession) -> None:
    users(stubbed, 5000)
    assert found(function_memory, examination(clone, stubbed)) == [
        ("ok", KEYS, "5000 users need up to 198 MB; rdk gives 256 MB")
    ]


def test_beyond_rdks_memory_the_cure_names_the_function(clone: Clone, stubbed: StubbedSession) -> None:
    users(stubbed, 10_000)
    [one] = function_memory.diagnose(examination(clone, stubbed))
    assert one.level == "warning"
    assert one.cure.endswith("--function-name RDK-Rule-Function-ACCESSKEYSROTATEDCUSTOM --memory-size 384")


@pytest.mark.parametrize(
    ("today", "level", "seen"),
    [
        pytest.param(date(2026, 1, 1), "ok", "python3.10 is supported until 2026-10-31", id="long before"),
        pytest.param(date(2026, 10, 1), "warning", "python3.10 is deprecated on 2026-10-31", id="soon"),
        pytest.param(date(2026, 10, 31), "error", "python3.10 is deprecated since 2026-10-31", id="the day"),
    ],
)
def test_a_runtime_is_told_in_time(today: date, level: str, seen: str) -> None:
    judged = lambda_runtime._judge(KEYS, "python3.10", today)
    assert (judged.level, judged.subject, judged.seen) == (level, KEYS, seen)


def test_an_unknown_runtime_could_not_be_checked() -> None:
    assert lambda_runtime._judge(KEYS, "python4.0", date(2026, 1, 1)).level == "could-not-check"


def test_the_runtime_is_the_one_that_rdk_deploys(clone: Clone, stubbed: StubbedSession) -> None:
    assert found(lambda_runtime, examination(clone, stubbed)) == [
        ("ok", KEYS, "python3.13 is supported until 2029-06-30"),
        ("ok", POLICY, "python3.13 is supported until 2029-06-30"),
    ]


@pytest.mark.parametrize(
    ("version", "python", "level"),
    [
        pytest.param("0.17.24", (3, 11), "ok", id="the old rdk on the old Python"),
        pytest.param("1.0.0", (3, 12), "ok", id="the new rdk on the new Python"),
        pytest.param("1.0.0", (3, 11), "error", id="the new rdk does not import on 3.11"),
    ],
)
def test_rdk_must_import(version: str, python: tuple[int, int], level: str) -> None:
    assert installed_tools._rdk(version, python).level == level


def test_missing_tools_are_errors(
    clone: Clone, stubbed: StubbedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.setenv("PATH", "")
    assert found(installed_tools, examination(clone, stubbed)) == [
        ("error", "rdk", "is not installed"),
        ("error", "rdklib", "is not installed"),
    ]


def test_an_rdk_of_another_python_could_not_be_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/opt/rdk/bin/rdk")
    assert installed_tools._rdk(None, (3, 11)).level == "could-not-check"


def test_built_files_that_are_out_of_date_are_errors(clone: Clone, stubbed: StubbedSession) -> None:
    assert found(built_files, examination(clone, stubbed)) == [
        ("ok", "parameters.json and documents", "built and current")
    ]
    clone.configure(f"rules.{POLICY}.parameters.MinimumPasswordLength", 16)
    assert found(built_files, examination(clone, stubbed)) == [
        ("error", f"rules/{POLICY}/parameters.json", "is out of date")
    ]


def test_an_exemption_that_ends_soon_is_a_warning(clone: Clone, stubbed: StubbedSession) -> None:
    ending = [{"users": "svc-backup", "reason": "vendor", "until": "2026-12-01"}]
    clone.configure(f"rules.{KEYS}.exemptions", ending)
    levels = [level for level, *_ in found(built_files, examination(clone, stubbed))]
    assert levels == ["warning", "error"]


def test_the_code_bucket_is_missing_until_rdk_makes_it(account: Sandbox, clone: Clone) -> None:
    bucket = "config-rule-code-bucket-123456789012-us-east-1"
    set_up_config(account)
    assert found(code_bucket, examination(clone)) == [("error", "code bucket", f"{bucket} is missing")]
    account.client("s3").create_bucket(Bucket=bucket)
    assert found(code_bucket, examination(clone)) == [("ok", "code bucket", f"{bucket} exists")]


def test_a_bucket_that_may_not_be_seen_could_not_be_checked(clone: Clone, stubbed: StubbedSession) -> None:
    stubbed.stub("s3").add_client_error("head_bucket", "403", http_status_code=403)
    assert found(code_bucket, examination(clone, stubbed))[0][0] == "could-not-check"


def test_a_report_that_the_organization_denies_is_an_error(clone: Clone, stubbed: StubbedSession) -> None:
    message = "User: ops is not authorized, with an explicit deny in a service control policy"
    stubbed.stub("iam").add_client_error("generate_credential_report", "AccessDenied", message)
    assert found(credential_report, examination(clone, stubbed)) == [
        ("error", "credential report", "a service control policy denies iam:GenerateCredentialReport")
    ]


def test_no_rule_that_reads_the_report_no_report(clone: Clone, stubbed: StubbedSession) -> None:
    stubbed.stub("iam")
    clone.project.rules()[KEYS].permissions.write_text('["iam:ListUsers"]', encoding="utf-8")
    assert found(credential_report, examination(clone, stubbed)) == []


def test_files_that_lambda_cannot_read_are_errors(clone: Clone, stubbed: StubbedSession) -> None:
    module = clone.project.rules()[KEYS].module
    module.chmod(0o600)
    assert found(readable_files, examination(clone, stubbed)) == [
        ("error", KEYS, f"only their owner may read {module.name}"),
        ("ok", POLICY, "everybody may read its modules, as Lambda must"),
    ]


@pytest.mark.parametrize(
    ("region", "partition", "level"),
    [
        pytest.param("us-east-1", "aws", "ok", id="one of rdk's"),
        pytest.param("eu-south-2", "aws", "error", id="none of rdk's"),
        pytest.param("us-gov-west-1", "aws-us-gov", "error", id="another partition"),
        pytest.param("us-east-1", "aws-cn", "error", id="its list is about one partition"),
    ],
)
def test_rdk_must_know_its_layer(
    clone: Clone, stubbed: StubbedSession, region: str, partition: str, level: str
) -> None:
    subject = replace(examination(clone, stubbed, region=region), partition=partition)
    assert [one[0] for one in found(rdklib_layer, subject)] == [level]
