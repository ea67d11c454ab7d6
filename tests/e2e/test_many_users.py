"""More users than a page of IAM has: everybody judged once, the stale last remedied, nobody else touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import evaluate_now, results_of_rule
from rulebook.operating.executions import wait_for_remediations
from rulebook.sandbox import KeySeed, Sandbox

KEYS = "ACCESS_KEYS_ROTATED_CUSTOM"
PATIENCE = timedelta(minutes=10)
STALE, ALL = 4, 110


def keys(account: Sandbox) -> dict[str, datetime]:
    """Return the creation of every access key there is."""
    iam = account.client("iam")
    names = [
        user["UserName"] for page in iam.get_paginator("list_users").paginate() for user in page["Users"]
    ]
    return {
        key["AccessKeyId"]: key["CreateDate"]
        for name in names
        for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    }


def test_more_than_a_hundred_users_in_one_run(account: Sandbox, workspace: Workspace) -> None:
    config = account.client("config")
    workspace.configure(KEYS, {}, concurrentPercentage=100)
    for number in range(ALL):
        age = timedelta(days=100 + number if number >= ALL - STALE else number % 90)
        account.add_user(f"user-{number:03}", created=timedelta(days=500), keys=[KeySeed(age)])
    limit = datetime.now(UTC) - timedelta(days=90)
    before = keys(account)
    workspace.rdk("deploy", KEYS)

    evaluate_now(config, [KEYS], PATIENCE)
    wrong = [one.resource_id for one in results_of_rule(config, KEYS) if one.compliance == "NON_COMPLIANT"]
    assert (len(results_of_rule(config, KEYS)), len(wrong)) == (ALL, STALE)
    states = wait_for_remediations(config, KEYS, wrong, PATIENCE)
    assert set(states.values()) == {"SUCCEEDED"}
    evaluate_now(config, [KEYS], PATIENCE)
    assert {one.compliance for one in results_of_rule(config, KEYS)} == {"COMPLIANT"}
    assert keys(account) == {key: created for key, created in before.items() if created > limit}
