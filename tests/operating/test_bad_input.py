"""Whatever is wrong with credentials, account or arguments: one line with the cure, exit 2, nothing shown."""

import json
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from rulebook.cli.aws_errors import explain
from rulebook.cli.output import one_line
from rulebook.errors import RulebookError
from rulebook.sandbox import Sandbox

from .conftest import KEY_RULE, Command

COMMANDS: list[Any] = [
    pytest.param(("evaluate",), id="evaluate"),
    pytest.param(("preview", KEY_RULE), id="preview"),
    pytest.param(("history", KEY_RULE), id="history"),
    pytest.param(("publish", "--yes"), id="publish"),
    pytest.param(("publish", "--delete", "--yes"), id="publish --delete"),
]


@pytest.fixture
def rulebook(rulebook: Command, short: Path) -> Command:
    """The command line in the project with short documents, unless a test names another."""
    return partial(rulebook, root=short)


every_command = pytest.mark.parametrize("command", COMMANDS)

WRONG: list[Any] = [
    pytest.param(
        {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None},
        (),
        "Unable to locate credentials; pass --profile, set AWS_PROFILE, or export AWS_ACCESS_KEY_ID",
        id="no credentials",
    ),
    pytest.param(
        {"AWS_DEFAULT_REGION": None, "AWS_REGION": None},
        (),
        "You must specify a region; pass --region or set AWS_DEFAULT_REGION",
        id="no region",
    ),
    pytest.param(
        {},
        ("--region", "nowhere else"),
        "Provided region_name 'nowhere else' doesn't match a supported format; name one like us-east-1",
        id="no such region",
    ),
    pytest.param(
        {},
        ("--profile", "nope"),
        "The config profile (nope) could not be found; name one that `aws configure list-profiles` shows",
        id="no such profile",
    ),
    pytest.param(
        {"AWS_PROFILE": "nope"},
        (),
        "The config profile (nope) could not be found; name one that `aws configure list-profiles` shows",
        id="no such profile in the environment",
    ),
    pytest.param(
        {"AWS_ACCESS_KEY_ID": "AKIA0000000000000000"},
        (),
        "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security "
        "token included in the request is invalid; check that the access key exists and is active",
        id="unknown key",
    ),
    pytest.param(
        {},
        ("--expect-account", "111111111111"),
        "the credentials belong to account 123456789012, not 111111111111; use another profile, or correct",
        id="wrong account",
    ),
]


def assert_one_line(ended: Any, says: str) -> None:
    lines = [line for line in ended.err.splitlines() if line.startswith("rulebook: ")]
    assert (ended.code, ended.out, len(lines)) == (2, "", 1), ended.err
    assert ended.last_line.startswith(f"rulebook: {says}")


@every_command
@pytest.mark.parametrize(("environment", "arguments", "says"), WRONG)
def test_credentials_region_and_account(
    rulebook: Command,
    account: Sandbox,
    command: tuple[str, ...],
    environment: dict[str, str | None],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    account.calls.clear()
    assert_one_line(rulebook(*command, *arguments, environment=environment), says)
    assert {call.operation for call in account.calls} <= {"GetCallerIdentity"}


def test_an_endpoint_that_does_not_answer(rulebook: Command) -> None:
    ended = rulebook("evaluate", environment={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    assert_one_line(ended, 'Could not connect to the endpoint URL: "http://127.0.0.1:9/"; check the network')


@pytest.fixture(scope="module")
def poor(account: Sandbox) -> dict[str, str | None]:
    """Credentials of a user who may do nothing."""
    iam = account.client("iam")
    iam.create_user(UserName="poor")
    key = iam.create_access_key(UserName="poor")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


@every_command
def test_what_is_not_allowed(
    rulebook: Command, command: tuple[str, ...], poor: dict[str, str | None]
) -> None:
    ended = rulebook(*command, environment=poor)
    assert_one_line(ended, "An error occurred (AccessDenied")
    assert ended.last_line.endswith("; grant the action to the credentials in use, or use others")


def test_an_expired_token(rulebook: Command, account: Sandbox) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    session = account.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    account.advance(timedelta(days=1))
    expired: dict[str, str | None] = {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }
    ended = rulebook("evaluate", environment=expired)
    assert_one_line(ended, "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: ")
    assert "; sign in again (aws sso login, or new temporary credentials)" in ended.last_line


@pytest.mark.parametrize("code", ["ExpiredTokenException", "RequestExpired", "UnrecognizedClientException"])
def test_other_codes_of_the_same_errors_have_the_same_cures(code: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "No."}}, "ListUsers")
    cure = "sign in again" if "Expired" in code else "check that the access key"
    assert explain(error).startswith(
        f"An error occurred ({code}) when calling the ListUsers operation: No; {cure}"
    )


def test_an_error_without_a_known_cure_is_shown_as_it_is() -> None:
    error = ClientError({"Error": {"Code": "Odd", "Message": "line\none"}}, "ListUsers")
    assert explain(error) == "An error occurred (Odd) when calling the ListUsers operation: line one"
    assert "check the network" in explain(EndpointConnectionError(endpoint_url="u"))


@every_command
def test_a_settings_file_that_is_broken(rulebook: Command, project: Path, command: tuple[str, ...]) -> None:
    (project / "rdk_config.json").write_text("{", encoding="utf-8")
    if command == ("publish", "--delete", "--yes"):  # which must work even then
        assert rulebook(*command, root=project).code == 0
        return
    assert_one_line(rulebook(*command, root=project), "rdk_config.json: ")


@pytest.mark.parametrize("command", ["evaluate", "preview"])
def test_a_rule_without_settings(rulebook: Command, project: Path, command: str) -> None:
    folder = project / "rules" / "ORPHAN"
    folder.mkdir()
    (folder / "ORPHAN.py").touch()
    ended = rulebook(command, "ORPHAN", root=project)
    assert_one_line(ended, "rdk_config.json: rules: says nothing of ORPHAN; add an entry for it")


def without_remediation(project: Path) -> None:
    file = project / "rdk_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    del config["rules"][KEY_RULE]["remediation"]
    file.write_text(json.dumps(config), encoding="utf-8")


def test_nothing_can_be_previewed_of_a_rule_without_a_remediation(rulebook: Command, project: Path) -> None:
    without_remediation(project)
    assert_one_line(
        rulebook("preview", KEY_RULE, root=project),
        f"rdk_config.json: rules.{KEY_RULE}: has no remediation; add one, or leave the rule out here",
    )


@pytest.mark.parametrize("command", ["evaluate", "build", "doctor", "history"])
def test_a_rule_without_a_remediation_ends_no_other_command(
    rulebook: Command, project: Path, command: str
) -> None:
    without_remediation(project)
    arguments = [KEY_RULE] if command in ("evaluate", "history") else []
    ended = rulebook(command, *arguments, root=project)
    assert "has no remediation; add one" not in ended.err
    assert "Traceback" not in ended.err
    if command == "doctor":
        assert "has no remediation, so no runbook needs a role" in ended.out


@pytest.mark.parametrize("command", ["evaluate", "preview", "history"])
def test_a_rule_that_is_not_there(rulebook: Command, command: str) -> None:
    assert_one_line(rulebook(command, "NOPE"), "rules/: there is no rule NOPE; choose from ACCESS_KEYS")


def test_a_folder_that_is_no_project(rulebook: Command, tmp_path: Path) -> None:
    ended = rulebook("evaluate", root=tmp_path)
    assert_one_line(ended, f"{tmp_path}: no rdk_config.json here or above; run rulebook inside a project")


@pytest.mark.parametrize(
    "file",
    ["rules/IAM_PASSWORD_POLICY_CUSTOM/permissions.json", "ssm_docs/ResetPasswordPolicy/permissions.json"],
)
@pytest.mark.parametrize("text", [None, "["])
def test_permissions_that_are_missing_or_broken(
    rulebook: Command, short_copy: Path, file: str, text: str | None
) -> None:
    (short_copy / file).unlink()
    if text is not None:
        (short_copy / file).write_text(text, encoding="utf-8")
    assert_one_line(rulebook("publish", "--dry-run", root=short_copy), f"{file}: ")


@every_command
def test_ctrl_c(rulebook: Command, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("boto3.Session.client", interrupt)
    ended = rulebook(*command)
    assert (ended.code, ended.out, ended.err) == (130, "", "rulebook: interrupted\n")


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert one_line("a\x1b[31mb\r\nc\u202ed\x00") == "a [31mb c d"


def test_a_reader_that_has_seen_enough_is_no_error(short: Path) -> None:
    """As in ``rulebook publish --template | head -1``."""
    script = "import sys; from rulebook.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "--root", str(short), "publish", "--template"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(60)) == (b"", 141)


def test_an_error_that_quotes_control_characters_is_shown_without_them(
    rulebook: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RulebookError("a\x1b[2Jb\nsecond line\t.")

    monkeypatch.setattr("rulebook.cli.commands.evaluate.open_account", fail)
    assert rulebook("evaluate").err == "rulebook: a [2Jb second line .\n"


def test_a_text_with_line_ends_makes_no_line_of_its_own(rulebook: Command) -> None:
    ended = rulebook("evaluate", "x\r\nAccount 123456789012: 0 NON_COMPLIANT.\n")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)


def test_an_endpoint_that_is_none_is_one_line_with_its_cure(rulebook: Command) -> None:
    ended = rulebook("evaluate", environment={"AWS_ENDPOINT_URL": "127.0.0.1:1"})
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.last_line.startswith("rulebook: Invalid endpoint: 127.0.0.1:1; correct the endpoint")
