"""The benchmark's server answers as the embedded account does, and answers calls made together together."""

from __future__ import annotations

import csv
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cost.comparison import serving
from cost.people import Key, Person, population

from rulebook.sandbox import KeySeed, Sandbox

USERS = 500
CLOCKS_APART = 60  # seconds at most between the making of the one account and of the other


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(USERS, latency=0) as served:
        yield served


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return population(USERS, datetime.now(UTC))


@pytest.fixture(scope="module")
def served(url: str) -> Any:
    return client("iam", url)


@pytest.fixture(scope="module")
def embedded(people: list[Person]) -> Iterator[Any]:
    """IAM of an embedded account that holds the same people."""
    now = datetime.now(UTC)
    with Sandbox.start() as account:
        for person in people:
            keys = [seed(key, now) for key in person.keys]
            account.add_user(person.name, now - person.created, keys=keys)
        yield account.client("iam")


def seed(key: Key, now: datetime) -> KeySeed:
    """Describe a key to the embedded account."""
    return KeySeed(now - key.created, key.status, now - key.last_used if key.last_used else None)


def client(service: str, url: str) -> Any:
    """Return a client of the benchmark's server."""
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
    return session.client(service, endpoint_url=url)  # type: ignore[call-overload]  # any service's name


def record(url: str) -> dict[str, Any]:
    """Return what the server was asked since the last time."""
    with urllib.request.urlopen(f"{url}/record") as answer:  # noqa: S310 - our own server
        return dict(json.load(answer))


def plain(answer: Any) -> Any:
    """Make two accounts' answers comparable: ids are their own, and times within the clocks' distance."""
    if isinstance(answer, dict):
        own = {"ResponseMetadata", "UserId", "AccessKeyId", "Marker"}
        return {name: plain(value) for name, value in answer.items() if name not in own}
    if isinstance(answer, list):
        return [plain(one) for one in answer]
    return answer.timestamp() if isinstance(answer, datetime) else answer


def alike(one: Any, other: Any) -> bool:
    """Compare what `plain` made."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < CLOCKS_APART
    return bool(one == other)


def assert_same(served: Any, embedded: Any, ask: Callable[[Any], Any]) -> None:
    """Ask both; what differs is shown."""
    ours, theirs = plain(ask(served)), plain(ask(embedded))
    assert alike(ours, theirs), f"{ours}\n{theirs}"


@pytest.mark.parametrize("size", [100, 7, 500, 1000])
def test_users_are_listed_alike_page_by_page(served: Any, embedded: Any, size: int) -> None:
    def pages(iam: Any) -> list[Any]:
        return list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": size}))

    assert_same(served, embedded, pages)


def test_a_page_holds_a_hundred_users_unless_asked(served: Any, embedded: Any) -> None:
    assert_same(served, embedded, lambda iam: iam.list_users())
    assert len(served.list_users()["Users"]) == 100


def test_each_kind_of_users_keys_are_listed_alike(served: Any, embedded: Any, people: list[Person]) -> None:
    for name in {person.kind: person.name for person in people}.values():

        def ask(iam: Any, name: str = name) -> Any:
            answer = iam.list_access_keys(UserName=name)
            answer["AccessKeyMetadata"].sort(key=lambda key: key["CreateDate"])  # AWS promises no order
            return answer

        assert_same(served, embedded, ask)


def test_a_user_is_told_of_alike(served: Any, embedded: Any, people: list[Person]) -> None:
    assert_same(served, embedded, lambda iam: iam.get_user(UserName=people[7].name))


def test_last_use_is_told_of_alike(served: Any, embedded: Any, people: list[Person]) -> None:
    for kind in ("old", "old, never used"):
        name = next(person.name for person in people if person.kind == kind)

        def ask(iam: Any, name: str = name) -> Any:
            [key] = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
            return iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])

        assert_same(served, embedded, ask)


def test_ids_are_those_of_the_people(served: Any, people: list[Person]) -> None:
    person = next(one for one in people if one.keys)
    assert served.get_user(UserName=person.name)["User"]["UserId"] == person.user_id
    listed = served.list_access_keys(UserName=person.name)["AccessKeyMetadata"]
    assert [key["AccessKeyId"] for key in listed] == [key.key_id for key in person.keys]


def report(iam: Any) -> list[dict[str, str]]:
    """Return the credential report's rows."""
    while iam.generate_credential_report()["State"] != "COMPLETE":
        time.sleep(0.1)  # the embedded account takes a moment to make one, as AWS does
    return list(csv.DictReader(iam.get_credential_report()["Content"].decode().splitlines()))


def test_the_credential_report_is_alike(served: Any, embedded: Any, people: list[Person]) -> None:
    reactivated = {one.name for one in people if one.kind == "old, re-activated a month ago"}
    ours, theirs = report(served), report(embedded)
    assert [row["user"] for row in ours] == [row["user"] for row in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert list(one) == list(other)
        for column in one:
            moved = one["user"] in reactivated and column == "access_key_1_last_rotated"
            root = one["user"] == "<root_account>" and column == "user_creation_time"
            assert moved or root or alike(cell(one[column]), cell(other[column])), (one, other, column)


def cell(text: str) -> float | str:
    """Return a time as a number."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return text


def test_the_report_has_the_time_of_a_re_activation(served: Any, people: list[Person]) -> None:
    rows = {row["user"]: row for row in report(served)}
    person = next(one for one in people if one.kind == "old, re-activated a month ago")
    rotated = datetime.fromisoformat(rows[person.name]["access_key_1_last_rotated"])
    assert abs((rotated - person.keys[0].rotated).total_seconds()) < CLOCKS_APART


@pytest.mark.parametrize("ask", ["list_access_keys", "get_user"])
def test_a_user_who_is_not_there_is_not_found(served: Any, embedded: Any, ask: str) -> None:
    codes = set()
    for iam in (served, embedded):
        with pytest.raises(ClientError) as refused:
            getattr(iam, ask)(UserName="nobody")
        error = refused.value.response
        codes.add((error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]))
    assert codes == {("NoSuchEntity", 404)}


def test_what_is_not_served_is_an_error(served: Any, url: str) -> None:
    with pytest.raises(ClientError, match="InvalidAction"):
        served.list_roles()
    with pytest.raises(ClientError):
        client("config", url).describe_config_rules()


def test_calls_are_counted_and_evaluations_kept_until_the_record_is_read(served: Any, url: str) -> None:
    record(url)
    served.get_user(UserName="user-00001")
    served.get_user(UserName="user-00002")
    evaluation = {
        "ComplianceResourceType": "AWS::IAM::User",
        "ComplianceResourceId": "AIDA1",
        "ComplianceType": "NON_COMPLIANT",
        "OrderingTimestamp": datetime.now(UTC),
    }
    config = client("config", url)
    assert config.put_evaluations(Evaluations=[evaluation], ResultToken="t")["FailedEvaluations"] == []
    assert config.get_compliance_details_by_config_rule(ConfigRuleName="r")["EvaluationResults"] == []
    told = record(url)
    assert told["calls"] == {
        "iam:GetUser": 2,
        "config:PutEvaluations": 1,
        "config:GetComplianceDetailsByConfigRule": 1,
    }
    assert told["reported"] == {"AIDA1": "NON_COMPLIANT"}
    assert record(url) == {"calls": {}, "reported": {}, "at_once": 0}


def test_calls_made_together_are_held_back_together() -> None:
    with serving(USERS, latency=0.3) as slow, ThreadPoolExecutor(8) as pool:
        iam = client("iam", slow)
        list(pool.map(lambda _: iam.get_user(UserName="user-00001"), range(8)))
        assert record(slow)["at_once"] == 8
