"""Made-up populations, and the state file that keeps people and password policy."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rulebook.sandbox import KeySeed, Sandbox
from rulebook.sandbox.state import StateUnreadable, StateUnwritable

DAY = timedelta(days=1)


def everybody(account: Sandbox) -> list[dict[str, Any]]:
    """Return users, tags, keys and last uses as the API tells them."""
    iam = account.client("iam")
    pages = iam.get_paginator("list_users").paginate()
    return [person(iam, user["UserName"]) for page in pages for user in page["Users"]]


def person(iam: Any, name: str) -> dict[str, Any]:
    keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    uses = [iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"] for key in keys]
    return {**iam.get_user(UserName=name)["User"], "Keys": keys, "Uses": uses}


def test_the_same_seed_makes_the_same_people() -> None:
    found = []
    for seed in (7, 7, 8):
        with Sandbox.start() as account:
            account.seed(20, seed)
            found.append(
                [
                    (
                        one["UserName"],
                        one["UserId"],
                        one["Path"],
                        one.get("Tags"),
                        len(one["Keys"]),
                        *tuple(key["AccessKeyId"] + key["Status"] for key in one["Keys"]),
                    )
                    for one in everybody(account)
                ]
            )
    assert len(found[0]) == 20
    assert found[0] == found[1] != found[2]


def test_a_population_has_people_of_every_kind(account: Sandbox) -> None:
    account.seed(60, 8)
    now = datetime.now(UTC)
    people = everybody(account)
    keys = [(one, key, use) for one in people for key, use in zip(one["Keys"], one["Uses"], strict=True)]
    active = [(key, use) for _, key, use in keys if key["Status"] == "Active"]
    assert {len(one["Keys"]) for one in people} == {0, 1, 2}
    assert {key["Status"] for _, key, _ in keys} == {"Active", "Inactive"}
    assert any(now - key["CreateDate"] > 90 * DAY for key, _ in active)
    assert any(now - key["CreateDate"] < 90 * DAY for key, _ in active)
    assert any("LastUsedDate" not in use for _, use in active)
    assert {bool(one.get("Tags")) for one in people} == {True, False}
    assert len({one["Path"] for one in people}) == 4
    assert max(now - one["CreateDate"] for one in people) > 1000 * DAY
    assert all(key["CreateDate"] > one["CreateDate"] for one, key, _ in keys)
    assert any(key["CreateDate"] - one["CreateDate"] < DAY for one, key, _ in keys)  # as old as it may be
    assert all(use.get("LastUsedDate", now) >= key["CreateDate"] for _, key, use in keys)


def test_five_thousand_people_take_seconds(account: Sandbox) -> None:
    start = time.process_time()  # of the CPU: whatever else the machine does
    account.seed(5000, 1)
    assert time.process_time() - start < 5
    pages = list(
        account.client("iam").get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000})
    )
    assert [len(page["Users"]) for page in pages] == [1000] * 5


def test_a_saved_account_is_restored_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    with Sandbox.start() as account:
        account.seed(20, 3)
        account.add_user(
            "odd,name=with@all+of-them.", 9 * DAY, "/a/b/", [KeySeed(DAY)], {"straße": "ünïcode"}
        )
        iam = account.client("iam")
        key_id = iam.list_access_keys(UserName="odd,name=with@all+of-them.")["AccessKeyMetadata"][0][
            "AccessKeyId"
        ]
        for status in ("Inactive", "Active"):
            iam.update_access_key(UserName="odd,name=with@all+of-them.", AccessKeyId=key_id, Status=status)
        account.set_password_policy(MinimumPasswordLength=11, MaxPasswordAge=60, HardExpiry=True)
        account.save(file)
        before, policy = everybody(account), iam.get_account_password_policy()["PasswordPolicy"]
    with Sandbox.start() as account:
        account.add_user("overwritten", DAY, keys=[KeySeed(DAY)])
        account.restore(file)
        assert everybody(account) == before
        assert account.client("iam").get_account_password_policy()["PasswordPolicy"] == policy
        again = tmp_path / "again.json"
        account.save(again)
    assert again.read_text() == file.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["account.json", "again.json"]


def test_the_file_is_for_people_and_holds_no_secret(account: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    account.add_user("bob", 9 * DAY, keys=[KeySeed(2 * DAY, "Inactive", DAY)], tags={"team": "red"})
    secret = account.client("iam").create_access_key(UserName="bob")["AccessKey"]["SecretAccessKey"]
    account.save(file)
    text = file.read_text()
    state = json.loads(text)
    assert secret not in text
    assert state["passwordPolicy"] is None
    (bob,) = state["users"]
    assert (bob["name"], bob["path"], bob["tags"]) == ("bob", "/", {"team": "red"})
    assert [key["status"] for key in bob["keys"]] == ["Inactive", "Active"]
    assert [sorted(key) for key in bob["keys"]] == [
        ["created", "id", "lastRotated", "lastUsed", "status"]
    ] * 2
    assert bob["keys"][1]["lastUsed"] is None


def test_an_account_without_password_policy_restores_to_none(account: Sandbox, tmp_path: Path) -> None:
    account.save(tmp_path / "empty.json")
    account.add_user("bob", DAY)
    account.set_password_policy(MinimumPasswordLength=8)
    account.restore(tmp_path / "empty.json")
    assert everybody(account) == []
    iam = account.client("iam")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_account_password_policy()


def spoil_time(state: dict[str, Any]) -> None:
    state["users"][0]["created"] = "2026-02-30T00:00:00Z"


def spoil_zone(state: dict[str, Any]) -> None:
    state["users"][0]["created"] = "2026-02-03T00:00:00"


def spoil_status(state: dict[str, Any]) -> None:
    state["users"][0]["keys"][0]["status"] = "Stale"


def spoil_name(state: dict[str, Any]) -> None:
    state["users"].append(state["users"][0] | {"id": "AIDA22222222222222222", "name": "BOB", "keys": []})


def spoil_format(state: dict[str, Any]) -> None:
    state["format"] = "rulebook-sandbox/2"


def spoil_policy(state: dict[str, Any]) -> None:
    state["passwordPolicy"] = {"MinimumPasswordLength": 5}


def spoil_users(state: dict[str, Any]) -> None:
    del state["users"]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (spoil_time, "there is no time 2026-02-30T00:00:00Z"),
        (spoil_zone, "created"),
        (spoil_status, "keys"),
        (spoil_name, "user name bob is there twice"),
        (spoil_format, "rulebook-sandbox/1"),
        (spoil_policy, "MinimumPasswordLength"),
        (spoil_users, "'users' is a required property"),
    ],
)
def test_an_impossible_file_is_named_in_one_line_and_changes_nothing(
    account: Sandbox, tmp_path: Path, spoil: Callable[[dict[str, Any]], None], complaint: str
) -> None:
    file = tmp_path / "account.json"
    account.add_user("bob", 9 * DAY, keys=[KeySeed(DAY)])
    account.save(file)
    state = json.loads(file.read_text())
    spoil(state)
    file.write_text(json.dumps(state))
    before = everybody(account)
    with pytest.raises(StateUnreadable) as caught:
        account.restore(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: not the state of an embedded account (")
    assert complaint in message
    assert "\n" not in message
    assert everybody(account) == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_what_is_no_state_at_all(account: Sandbox, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "account.json"
    file.write_bytes(content)
    with pytest.raises(StateUnreadable, match="not the state of an embedded account"):
        account.restore(file)


def test_a_missing_file(account: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(StateUnreadable, match="No such file or directory"):
        account.restore(tmp_path / "none.json")


def test_what_cannot_be_saved_is_said_and_leaves_nothing(account: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "a-folder"
    folder.mkdir()
    with pytest.raises(StateUnwritable, match="a-folder: not saved: Is a directory"):
        account.save(folder)
    assert list(tmp_path.iterdir()) == [folder]
