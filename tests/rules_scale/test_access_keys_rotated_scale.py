"""What the access key rule costs in an account of 2,000 users: calls are exact, so they are held.

Calls grow by one for each user with a key, so 400 of those show it by day; the night has 1,200.

The benchmarks count them with 5,000, and report times.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from access_keys_embedded_test import Context, EmbeddedAccount, Key

RULE = Path(__file__).parents[2] / "rules" / "ACCESS_KEYS_ROTATED_CUSTOM"
USERS, YOUNG, STALE = 2000, 200, 60
AN_HOUR = Context(3_600_000)


@dataclass(frozen=True)
class Seeded:
    """An account, and how many of its users have keys: the dearest, for each is asked for them."""

    account: EmbeddedAccount
    with_keys: int


@pytest.fixture(scope="module", params=[400, pytest.param(1200, marks=pytest.mark.long)])
def seeded(request: pytest.FixtureRequest) -> Iterator[Seeded]:
    with EmbeddedAccount() as embedded:
        seed(embedded, request.param)
        yield Seeded(embedded, request.param)


def seed(account: EmbeddedAccount, with_keys: int) -> None:
    """Fill the account: some users without a key, 200 too young to have a stale one, 60 stale."""
    for n in range(USERS - with_keys):
        account.add_user(f"none-{n:04}")
    for n in range(YOUNG):
        account.add_user(f"young-{n:04}", Key(20, used=1), age=30)
    for n in range(STALE):
        account.add_user(f"stale-{n:04}", Key(200, used=1), Key(20), tags={"team": "a"})
    for n in range(with_keys - YOUNG - STALE):
        account.add_user(f"fresh-{n:04}", Key(60, used=1), Key(300, "Inactive"))
    account.make_report()


def evaluate(account: EmbeddedAccount, parameters: Mapping[str, str]) -> int:
    """Evaluate, check the verdicts, return the number of calls to IAM."""
    account.calls.clear()
    found = account.evaluate(parameters, AN_HOUR)
    assert len(found) == USERS
    flagged = {name for name, (compliance, _) in found.items() if compliance == "NON_COMPLIANT"}
    assert flagged == {f"stale-{n:04}" for n in range(STALE)}
    return account.calls.total()


TWO_LISTINGS = 2 * USERS // 1000


def test_it_costs_a_call_for_each_user_with_a_key_and_one_for_each_flagged(seeded: Seeded) -> None:
    """Config is told of a hundred users in one call."""
    account, with_keys = seeded.account, seeded.with_keys - YOUNG
    reported = account.put
    assert evaluate(account, {"exemptTag": "keep"}) <= 12 + with_keys + STALE + TWO_LISTINGS // 2
    assert account.calls == {
        "GenerateCredentialReport": 1,
        "GetCredentialReport": 1,
        "ListUsers": TWO_LISTINGS,
        "ListAccessKeys": with_keys,
        "GetUser": STALE,
    }
    assert account.put - reported == USERS / 100


def test_last_use_is_taken_from_the_report_for_whoever_it_clears(seeded: Seeded) -> None:
    """An older key that is off beside the one in use does not cost a call either."""
    limit = 12 + seeded.with_keys - YOUNG + STALE + TWO_LISTINGS // 2
    assert evaluate(seeded.account, {"maxCredentialUsageAge": "45"}) <= limit
    assert seeded.account.calls["GetAccessKeyLastUsed"] == 0


GROWTH = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
from access_keys_embedded_test import EmbeddedAccount, Context, Key
from access_keys_parameters import Deadline, parse_parameters
from access_keys_reading import judge_account
import boto3, tracemalloc
from datetime import UTC, datetime
sizes = {}
for users in (10, 5000):
    with EmbeddedAccount() as account:
        for n in range(users):
            account.add_user(f"user-{n:04}", Key(60, used=1), Key(20))
        account.make_report()
        iam = boto3.client("iam")
        parameters = parse_parameters({})
        iam.list_users(MaxItems=1)
        tracemalloc.start()
        verdicts = judge_account(iam, parameters, Deadline(), datetime.now(UTC))
        sizes[users] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(verdicts) == users
print(json.dumps(sizes))
"""


def run(script: str) -> str:
    """Run a script in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own script, our own interpreter
        [sys.executable, "-c", script, str(RULE)], check=True, capture_output=True, text=True, timeout=300
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.long
def test_memory_grows_by_less_than_sixty_megabytes() -> None:
    """The embedded account's own answers are counted with it, so the rule takes even less."""
    sizes = json.loads(run(GROWTH))
    assert sizes["5000"] - sizes["10"] < 60_000_000


IMPORTING = """
import sys, time
sys.path.insert(0, sys.argv[1])
started = time.process_time()
import boto3, rdklib
libraries = time.process_time() - started
import ACCESS_KEYS_ROTATED_CUSTOM
print((time.process_time() - started) / libraries - 1)
"""


@pytest.mark.long
def test_importing_the_rule_adds_less_than_a_tenth_to_importing_its_libraries() -> None:
    """The least of some tries: a busy machine only ever adds."""
    assert min(float(run(IMPORTING)) for _ in range(5)) < 0.1
