"""The account's clock: everything recorded grows older, now stays now (docs/adr/0006)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rulebook.sandbox import KeySeed, Sandbox, clock

DAY = timedelta(days=1)


def test_users_keys_and_uses_grow_older_together(account: Sandbox) -> None:
    account.add_user("bob", 20 * DAY, keys=[KeySeed(10 * DAY, last_used=DAY)])
    iam = account.client("iam")

    def times() -> list[Any]:
        key = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"][0]
        used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
        user = iam.get_user(UserName="bob")["User"]
        return [user["CreateDate"], key["CreateDate"], used["LastUsedDate"]]

    before = times()
    account.advance(90 * DAY)
    assert [old - new for old, new in zip(before, times(), strict=True)] == [90 * DAY] * 3


def test_a_role_grows_older(account: Sandbox, assume: Callable[..., Any]) -> None:
    assume()
    iam = account.client("iam")
    before = iam.get_role(RoleName="runbook")["Role"]["CreateDate"]
    account.advance(DAY)
    assert before - iam.get_role(RoleName="runbook")["Role"]["CreateDate"] == DAY


def test_services_are_told_after_iam_has_aged(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    account.add_user("bob", DAY)
    iam = account.client("iam")
    before = iam.get_user(UserName="bob")["User"]["CreateDate"]
    told: list[tuple[timedelta, timedelta]] = []
    monkeypatch.setattr(clock, "_hooks", [])

    @clock.on_advance
    def note(delta: timedelta) -> None:
        told.append((delta, before - iam.get_user(UserName="bob")["User"]["CreateDate"]))

    account.advance(5 * DAY)
    assert told == [(5 * DAY, 5 * DAY)]


def test_time_does_not_run_backwards(account: Sandbox) -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        account.advance(-DAY)
