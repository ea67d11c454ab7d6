"""What the credential report cannot tell: read from IAM user by user, many at a time."""

from __future__ import annotations

import queue
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from access_keys_rotated_deadline import OutOfTime
from access_keys_rotated_judgement import (
    Verdict,
    is_stale,
    is_too_old,
    judge_user,
    known_use,
    with_rotation,
)
from access_keys_rotated_parameters import LAST_ROTATED
from access_keys_rotated_records import AccessKey, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.paginator import ListAccessKeysPaginator

    from access_keys_rotated_deadline import Deadline
    from access_keys_rotated_parameters import Parameters
    from access_keys_rotated_records import Report, ReportRow

THREADS = 10  # as many as a client keeps connections
A_MOMENT = 0.5  # seconds between looks at the clock while no answer comes
PAUSES = (
    0,
    0,
    2,
    4,
)  # seconds before each look at whoever was not there before: IAM is eventually consistent


class Account(NamedTuple):
    """Everything that reading a user needs.

    ``key_pages`` is one paginator for all users: botocore makes a class each time it is asked for one.
    """

    iam: IAMClient
    key_pages: ListAccessKeysPaginator
    parameters: Parameters
    now: datetime
    deadline: Deadline
    report: Report | None = None


def list_users(account: Account, judged: int = 0) -> list[User]:
    """Return every user of the account; ``judged``: how many are done, for the message when time runs out."""
    users: list[User] = []
    pages = account.iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000})
    for page in pages:
        users += [User(one["UserId"], one["UserName"], one["CreateDate"]) for one in page["Users"]]
        account.deadline.check(judged, len(users))
    return users


def read_users(account: Account, users: Sequence[User], judged: int) -> list[Verdict]:
    """Read and judge the users; those deleted meanwhile are left out, those renamed read by their new name.

    Args:
        account: what to read from.
        users: whom the report could not clear.
        judged: how many users are judged already, for the message when time runs out.

    Raises:
        OutOfTime: see `Deadline.check`.
        RuntimeError: a user is listed and yet not found, time and again.
    """
    verdicts: list[Verdict] = []
    waiting = list(users)
    for pause in PAUSES:
        if pause:
            time.sleep(pause)
        found = _read_all(account, waiting, judged + len(verdicts))
        verdicts += [verdict for verdict in found if isinstance(verdict, Verdict)]
        missing = {user.user_id for user in found if isinstance(user, User)}
        if not missing:
            return verdicts
        listed = list_users(account, judged + len(verdicts))
        waiting = [user for user in listed if user.user_id in missing]
    if waiting:
        raise RuntimeError(f"IAM lists these users and does not find them: {_names(waiting)}.")
    return verdicts


def _names(users: Sequence[User]) -> str:
    return ", ".join(sorted(user.name for user in users))


def _read_all(account: Account, users: Sequence[User], judged: int) -> list[Verdict | User]:
    """Read the users concurrently; one that is not there (any more) comes back as it went in."""
    answers: queue.SimpleQueue[Future[Verdict | User]] = queue.SimpleQueue()
    pool = ThreadPoolExecutor(THREADS)
    in_all = judged + len(users)
    in_time = True
    try:
        for user in users:
            pool.submit(read_user, account, user).add_done_callback(answers.put)
        return [_next(answers, account.deadline, done, in_all).result() for done in range(judged, in_all)]
    except OutOfTime:
        in_time = False  # calls under way may be waiting for a retry longer than there is time
        raise
    finally:
        pool.shutdown(wait=in_time, cancel_futures=True)


def _next(
    answers: queue.SimpleQueue[Future[Verdict | User]], deadline: Deadline, done: int, users: int
) -> Future[Verdict | User]:
    while True:
        deadline.check(done, users)
        try:
            return answers.get(timeout=A_MOMENT)
        except queue.Empty:  # nothing yet
            continue


def read_user(account: Account, user: User) -> Verdict | User:
    """Read one user's keys and judge them; return the user where the name is no longer theirs.

    NoSuchEntity means deleted or renamed, or that a key was deleted meanwhile: the caller looks again by id.
    """
    iam, parameters = account.iam, account.parameters
    row = account.report.row(user) if account.report else None
    try:
        keys = _keys(account, user.name, row)
        if not any(is_stale(key, parameters, account.now) for key in keys):
            return judge_user(user, keys, {}, parameters, account.now)
        # After the listing, so that a name which passed to another user before it is noticed.
        current = iam.get_user(UserName=user.name)["User"]
    except iam.exceptions.NoSuchEntityException:
        return user
    if current["UserId"] != user.user_id:
        return user
    tags = {tag["Key"]: tag["Value"] for tag in current.get("Tags", [])}
    return judge_user(user, keys, tags, parameters, account.now)


def _keys(account: Account, name: str, row: ReportRow | None) -> list[AccessKey]:
    pages = account.key_pages.paginate(UserName=name)
    keys = [
        AccessKey(one["AccessKeyId"], one["Status"], one["CreateDate"])
        for page in pages
        for one in page["AccessKeyMetadata"]
    ]
    if account.report and row and account.parameters.age_basis == LAST_ROTATED:
        keys = with_rotation(keys, row, account.report.generated)
    use = known_use(keys, row)
    return [_with_last_use(account, key, use) for key in keys]


def _with_last_use(account: Account, key: AccessKey, known: datetime | None) -> AccessKey:
    """Find out a key's last use where the verdict hangs on it."""
    parameters, now = account.parameters, account.now
    if not is_stale(key, parameters, now) or is_too_old(key, parameters, now):
        return key  # unread, a key counts as never used: only one that is stale then can be stale at all
    by_report = key._replace(last_used=known)
    if known and not is_stale(by_report, parameters, now):
        return by_report
    used = account.iam.get_access_key_last_used(AccessKeyId=key.key_id)["AccessKeyLastUsed"]
    return key._replace(last_used=used.get("LastUsedDate"))
