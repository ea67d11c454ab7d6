"""``rulebook sandbox`` as a person runs it: another process, two signals, exports for another shell."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from forked import forks
from rulebook.cli.commands.sandbox import STALE

USERS = 'import boto3; print(len(boto3.client("iam").list_users(MaxItems=1000)["Users"]))'
TIMEOUT = 60
STARTING = "Starting the embedded account ...\n"


FROM_NOTHING = str(Path(sys.executable).parent)


def rulebook(*arguments: str, where: str = "") -> list[str]:
    return [f"{where or forks('rulebook')}/rulebook", *arguments]


@contextmanager
def running(
    *arguments: str, temporary: Path, where: str = ""
) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start the command; yields the process and the variables it printed."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        rulebook("sandbox", *arguments, where=where),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == f"unset {' '.join(STALE)}\n"
        lines = [process.stdout.readline() for _ in range(6)]
        yield process, dict(_exported(line) for line in lines)
    finally:
        process.kill()
        process.communicate()


def _exported(line: str) -> tuple[str, str]:
    word, assignment = shlex.split(line)
    assert word == "export"
    name, _, value = assignment.partition("=")
    return name, value


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    """Send a signal; return the exit code and what was written since."""
    process.send_signal(number)
    out, err = process.communicate(timeout=TIMEOUT)
    return process.returncode, out, err


def run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(  # noqa: S603 - our own command
        rulebook(*arguments), capture_output=True, text=True, check=False, timeout=TIMEOUT
    )
    return done.returncode, done.stdout, done.stderr


def users_seen(exports: dict[str, str]) -> int:
    environment = {"PATH": os.defpath, **exports}
    command = [sys.executable, "-c", USERS]
    done = subprocess.run(  # noqa: S603 - the program stands above
        command, env=environment, capture_output=True, text=True, check=True, timeout=TIMEOUT
    )
    return int(done.stdout)


def iam(exports: dict[str, str]) -> Any:
    """Return a client with what another shell would have."""
    return boto3.client(
        "iam",
        region_name=exports["AWS_REGION"],
        endpoint_url=exports["AWS_ENDPOINT_URL"],
        aws_access_key_id=exports["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=exports["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.mark.parametrize(("number", "where"), [(signal.SIGINT, FROM_NOTHING), (signal.SIGTERM, "")])
def test_another_program_works_with_the_exports_until_a_signal_ends_it(
    tmp_path: Path, number: int, where: str
) -> None:
    with running("--users", "12", temporary=tmp_path, where=where) as (process, exports):
        assert list(exports) == [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_ENDPOINT_URL",
            "AWS_EC2_METADATA_DISABLED",
        ]
        assert users_seen(exports) == 12
        code, out, err = ended(process, number)
    assert (code, out) == (0, "")
    answers = (
        f"The embedded account 123456789012 answers at {exports['AWS_ENDPOINT_URL']}; Ctrl-C stops it.\n"
    )
    assert err == STARTING + answers
    assert list(tmp_path.iterdir()) == []


def test_a_state_file_carries_people_from_one_run_to_the_next(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    arguments = ("--state", str(file), "--users", "5")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with running(*arguments, temporary=temporary) as (process, exports):
        iam(exports).create_user(UserName="added-by-hand")
        code, _, err = ended(process, signal.SIGINT)
    assert code == 0
    assert err.endswith(f"Users and password policy are in {file}\n")
    names = [user["name"] for user in json.loads(file.read_text())["users"]]
    assert len(names) == 6
    assert "added-by-hand" in names
    with running(*arguments, temporary=temporary) as (process, exports):
        assert len(iam(exports).list_users(MaxItems=1000)["Users"]) == 6
        assert ended(process, signal.SIGTERM)[0] == 0
    assert [user["name"] for user in json.loads(file.read_text())["users"]] == names


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    """Neither what one call changed, nor what a person did just before the machine went down."""
    file = tmp_path / "account.json"
    with running("--state", str(file), temporary=tmp_path, where=FROM_NOTHING) as (process, exports):
        assert json.loads(file.read_text())["users"] == []
        client = iam(exports)
        client.create_user(UserName="gone")
        client.create_user(UserName="kept", Tags=[{"Key": "team", "Value": "red"}])
        client.create_access_key(UserName="kept")
        client.delete_user(UserName="gone")
        client.update_account_password_policy(MinimumPasswordLength=20)
        assert ended(process, signal.SIGKILL)[0] == -signal.SIGKILL
    saved = json.loads(file.read_text())
    assert [(user["name"], user["tags"], len(user["keys"])) for user in saved["users"]] == [
        ("kept", {"team": "red"}, 1)
    ]
    assert saved["passwordPolicy"]["MinimumPasswordLength"] == 20
    assert list(tmp_path.glob(".*")) == []


def test_a_shell_with_a_profile_and_a_session_of_its_own_comes_to_this_account(tmp_path: Path) -> None:
    """The block to copy, pasted: what it unsets would win, or make the credentials nobody's."""
    stale = dict.fromkeys(STALE, "of-the-person")
    with running("--users", "3", temporary=tmp_path) as (_, exports):
        block = "\n".join(
            [f"unset {' '.join(STALE)}", *(f"export {k}={shlex.quote(v)}" for k, v in exports.items())]
        )
        done = subprocess.run(  # noqa: S603 - the block is ours
            ["/bin/sh", "-c", f"{block}\nexec {shlex.quote(sys.executable)} -c {shlex.quote(USERS)}"],
            env={"PATH": os.defpath, "HOME": str(tmp_path), **stale},
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_a_taken_port_is_one_line_and_two() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        message = f"rulebook: port {port} on 127.0.0.1: Address already in use; choose another with --port\n"
        assert run("sandbox", "--port", port) == (2, "", STARTING + message)


def test_a_spoilt_state_file_is_one_line_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text('{"format": "mine"}')
    code, out, err = run("sandbox", "--state", str(file))
    assert (code, out) == (2, "")
    assert err.startswith(f"{STARTING}rulebook: {file}: not the state of an embedded account (")
    assert err.count("\n") == 2
    assert file.read_text() == '{"format": "mine"}'


def test_a_state_file_that_could_not_be_saved_is_said_first(tmp_path: Path) -> None:
    code, out, err = run("sandbox", "--state", str(tmp_path / "none" / "account.json"))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "create it first" in err


@pytest.mark.parametrize(
    "arguments",
    [("--port", "70000"), ("--port", "x"), ("--users", "-1"), ("--users", "5001"), ("--seed", "a")],
)
def test_a_wrong_argument_is_refused(arguments: tuple[str, str]) -> None:
    code, out, err = run("sandbox", *arguments)
    assert (code, out) == (2, "")
    assert f"argument {arguments[0]}: " in err
    assert "Traceback" not in err


@pytest.mark.parametrize("elsewhere", [("--region", "eu-west-1"), ("--partition", "aws-cn")])
def test_another_region_or_partition_is_refused_in_a_line(elsewhere: tuple[str, str]) -> None:
    code, out, err = run("sandbox", *elsewhere)
    assert (code, out) == (2, "")
    assert err.startswith(
        f"{STARTING}rulebook: the embedded account is in us-east-1 of the partition aws only"
    )
    assert elsewhere[1] in err
    assert err.count("\n") == 2


def test_a_shell_in_another_region_is_told_and_works_with_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with running("--users", "3", temporary=tmp_path) as (process, exports):
        assert exports["AWS_REGION"] == exports["AWS_DEFAULT_REGION"] == "us-east-1"
        assert users_seen({"AWS_REGION": "eu-west-1"} | exports) == 3
        err = ended(process, signal.SIGTERM)[2]
    assert err.startswith(
        f"{STARTING}AWS_REGION is eu-west-1 here; the account is in us-east-1 only: copy every line\n"
    )
    assert "AWS_DEFAULT_REGION" not in err


def test_help_says_what_is_kept_and_ends_with_an_example() -> None:
    code, out, err = run("sandbox", "--help")
    assert (code, err) == (0, "")
    assert "It does not keep what was deployed (rules, functions," in " ".join(out.split())
    assert out.rstrip().splitlines()[-1].strip() == (
        "rulebook sandbox --port 5005 --users 200 --seed 7 --state account.json"
    )
