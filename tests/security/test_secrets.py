"""No secret leaves the account: planted everywhere, searched for in all that running everything wrote."""

import base64
import contextlib
import io
import json
import logging
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from moto.sts.models import sts_backends

from faults.lab import PROJECT, Lab, key, open_lab
from faults.scenarios import EMPTY, EVALUATIONS, RUNS, crowd, record
from faults.wire import FAULTS
from publishing.published import permissions, resolved
from rulebook.cli import main
from rulebook.demo.loop import Loop
from rulebook.publishing.policies import runbook_policy
from rulebook.sandbox import Sandbox
from rulebook.sandbox.iam.backend import account_iam

PASSWORD = "Correct-Horse-7-Battery"


def plant() -> set[str]:
    """Give every access key a secret, and every user a password, that is known again when seen."""
    iam = account_iam()
    for number, one in enumerate(iam.access_keys.values()):
        one.secret_access_key = f"plantedSecretOfKey{number:022d}"
    for user in iam.users.values():
        if not user.password:
            iam.create_login_profile(user.name, PASSWORD)
        user.password = PASSWORD
    return {PASSWORD, *(one.secret_access_key for one in iam.access_keys.values())}


def of_sessions() -> set[str]:
    """Return the secrets and tokens of all temporary credentials that were ever given out."""
    sessions = sts_backends["123456789012"]["aws"].assumed_roles
    return {text for one in sessions for text in (one.secret_access_key, one.session_token)}


def leaks(secrets: set[str], written: dict[str, bytes]) -> list[str]:
    """Return where a secret stands, as it is or in the usual disguises."""
    found = []
    for where, content in written.items():
        for secret in secrets:
            forms = {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")}
            found += [f"{secret} in {where}" for form in forms if form.encode() in content]
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder, archives opened."""
    found: dict[str, bytes] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found |= opened(path.relative_to(folder).as_posix(), path.read_bytes())
    return found


def opened(name: str, content: bytes) -> dict[str, bytes]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {name: content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: content} | {f"{name}/{one}": archive.read(one) for one in archive.namelist()}


@pytest.mark.parametrize("form", ["plain", "url", "base64", "in an archive"])
def test_the_search_finds_what_is_there(form: str, tmp_path: Path) -> None:
    secret = "a+b/c=d&planted"
    disguises = {"url": quote(secret, safe=""), "base64": base64.b64encode(secret.encode()).decode()}
    text = f"before {disguises.get(form, secret)} after"
    if form == "in an archive":
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.txt", text * 100)
    else:
        (tmp_path / "a.txt").write_text(text)
    assert leaks({secret}, files(tmp_path)) != []


# The whole loop, as a person runs it


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], dict[str, bytes]]:
    """Deploy, evaluate, remedy in an account full of secrets; return those, and all that was written."""
    folder = tmp_path_factory.mktemp("loop")
    with Sandbox.start() as account:
        running = Loop(PROJECT, account, folder)
        running.move_in()
        secrets = plant()
        written = {
            f"rdk {one}": running.workspace.rdk(*one.split()).encode() for one in ("init", "deploy --all")
        }
        evaluations = running.evaluate()
        executions = running.remediated(evaluations)
        assert {one.status for one in executions} == {"Success"}
        # One that fails: the role may no longer do anything.
        iam = account.client("iam")
        for role in [one["RoleName"] for one in iam.list_roles(PathPrefix="/rdk-remediation-role/")["Roles"]]:
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                iam.delete_role_policy(RoleName=role, PolicyName=policy)
        account.add_user("late", timedelta(days=900), keys=[key(200)])
        secrets |= plant()
        later = running.evaluate()
        executions += running.remediated(later)
        assert "Failed" in {one.status for one in executions}
        written |= {
            "evaluations": repr(evaluations + later).encode(),
            "executions": repr(executions).encode(),
        }
        written |= asked(account, folder)
        account.save(folder / "state.json")
        secrets |= of_sessions() | {account.administrator.secret_access_key}
        return secrets, written | files(folder)


COMMANDS = (
    "evaluate --json",
    "evaluate --csv",
    "evaluate --html page.html",
    "preview ACCESS_KEYS_ROTATED_CUSTOM --json",
    "history ACCESS_KEYS_ROTATED_CUSTOM --json",
    "history ACCESS_KEYS_ROTATED_CUSTOM",
    "evaluate NO_SUCH_RULE",
)


def asked(account: Sandbox, folder: Path) -> dict[str, bytes]:
    """Return what the command says, the logs, the documents' executions and what lies in buckets."""
    written = {}
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
        for name, value in account.environment().items():
            patch.setenv(name, value)
        for command in COMMANDS:
            with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
                main(command.split())
            written[command] = said.getvalue().encode()
            assert written[command], command
            assert b"--help" not in written[command], "not a command, so it said nothing of the account"
    logs, ssm, s3 = account.client("logs"), account.client("ssm"), account.client("s3")
    groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
    assert groups
    for group in groups:
        written[group] = json.dumps(logs.filter_log_events(logGroupName=group), default=str).encode()
    for one in ssm.describe_automation_executions()["AutomationExecutionMetadataList"]:
        details = ssm.get_automation_execution(AutomationExecutionId=one["AutomationExecutionId"])
        written[one["AutomationExecutionId"]] = json.dumps(details, default=str).encode()
    for bucket in s3.list_buckets()["Buckets"]:
        for one in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            content = s3.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()
            written |= opened(f"s3 {one['Key']}", content)
    return written


def test_nothing_that_the_whole_loop_wrote_holds_a_secret(loop: tuple[set[str], dict[str, bytes]]) -> None:
    secrets, written = loop
    assert (len(secrets) > 12, len(written) > 30) == (True, True)
    assert leaks(secrets, written) == []


# Every failure


def test_no_failure_of_any_call_tells_a_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Failure messages, logs and output, with a role's temporary credentials in use."""
    caplog.set_level(logging.INFO)
    said: list[Any] = []
    with open_lab(tmp_path) as lab:
        for run in (RUNS[0], RUNS[3]):
            undisturbed = record(lab, run)
            secrets = plant()
            policy = resolved(runbook_policy(permissions(PROJECT.documents()[run.document]), ()))
            with lab.as_role(policy):
                said += [failures(lab, run.document, undisturbed.parameters)]
                secrets |= of_sessions()
        lab.restore(EMPTY)
        crowd(lab)
        secrets |= plant()
        for one in EVALUATIONS:
            lab.earlier(one.rule, {})
            for parameters in ({"noSuchParameter": "1"}, {"maxAccessKeyAge": "x"}):
                with pytest.raises(Exception, match=r"noSuchParameter|maxAccessKeyAge") as refused:
                    lab.evaluate(one.rule, parameters)
                said += [refused.value]
        account_state = lab.state()
        secrets.add(lab.account.administrator.secret_access_key)
    written = {"failures": repr(said).encode(), "logs": caplog.text.encode()}
    out, err = capfd.readouterr()
    written |= {"printed": (out + err).encode(), "state": json.dumps(account_state).encode()}
    assert leaks(secrets, written) == []


def failures(lab: Lab, document: str, parameters: dict[str, str]) -> list[Any]:
    """Run a document with each fault at each of its calls; return all that is said of it."""
    said: list[Any] = [lab.run(document, **parameters | {"DryRun": "true"})]
    for spot in list(lab.wire.spots):
        for fault in FAULTS[::4]:
            lab.wire.clear()
            lab.wire.fail(spot, fault)
            said.append(lab.run(document, **parameters | {"DryRun": "true"}))
    return said
