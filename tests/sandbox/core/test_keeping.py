"""The state file while the account runs: whole at every moment, and never behind what was answered."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rulebook.sandbox import Sandbox


def names(path: Path) -> list[str]:
    return [user["name"] for user in json.loads(path.read_text())["users"]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "account.json"


def test_it_is_saved_before_the_answer(account: Sandbox, file: Path) -> None:
    iam = account.client("iam")
    with account.kept(file):
        for name in ("ada", "bob"):
            iam.create_user(UserName=name)
            assert name in names(file)
        iam.delete_user(UserName="ada")
        assert names(file) == ["bob"]
    iam.create_user(UserName="later")
    assert names(file) == ["bob"]


def test_many_changes_at_once_are_all_there(account: Sandbox, file: Path) -> None:
    account.add_user("first", timedelta(days=1))
    iam = account.client("iam")

    def change(number: int) -> None:
        iam.create_user(UserName=f"user-{number}")
        assert f"user-{number}" in names(file)

    with account.kept(file), ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(60)))
    assert len(names(file)) == 61


def test_the_clock_and_a_stack_change_it_too(account: Sandbox, file: Path) -> None:
    account.add_user("ada", timedelta(days=1))
    with account.kept(file):
        before = json.loads(file.read_text())["users"][0]["created"]
        account.advance(timedelta(days=1))
        assert json.loads(file.read_text())["users"][0]["created"] < before
        user = {
            "Resources": {"User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "made-by-a-stack"}}}
        }
        account.client("cloudformation").create_stack(StackName="people", TemplateBody=json.dumps(user))
        assert "made-by-a-stack" in names(file)


def test_reads_write_nothing(account: Sandbox, file: Path) -> None:
    with account.kept(file):
        written = file.stat().st_mtime_ns
        account.client("iam").list_users()
        account.client("iam").generate_credential_report()
        account.client("sts").get_caller_identity()
        assert file.stat().st_mtime_ns == written


def test_a_disk_that_takes_nothing_more_is_said_and_fails_no_call(
    account: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    file = folder / "account.json"
    with account.kept(file):
        moved: Any = folder.rename(tmp_path / "elsewhere")
        account.client("iam").create_user(UserName="ada")
        assert caplog.messages == [f"{file}: not saved: No such file or directory"]
        moved.rename(folder)
    assert names(file) == ["ada"]
