"""The whole account, read from IAM: what clears a user unread, everybody else's keys, and whether they moved.

IAM reads keys by name, and names pass from one user to another. So all users are listed again at the end:
a verdict holds for a user who then is where it was read, everybody else is read again.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from access_keys_judgement import (
    NON_COMPLIANT,
    AccessKey,
    User,
    Verdict,
    clear_keyless,
    clear_young,
    is_stale,
    is_too_old,
    judge_user,
)
from access_keys_parameters import RULE, Deadline, Limits, OutOfTime
from access_keys_report import Report, credential_report

if TYPE_CHECKING:
    from concurrent.futures import Future

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.paginator import ListAccessKeysPaginator

LOG = logging.getLogger(RULE)
THREADS = 10  # as many as a client keeps connections
A_MOMENT = 0.5  # seconds between looks at the clock while no answer comes
PAUSES = (0, 0, 2, 4)  # seconds before each look at whoever moved: IAM is eventually consistent
REPORT_SHARE = 1 / 3  # of the time left
GONE = frozenset({"NoSuchEntity", "AccessDenied"})  # what IAM answers for a key that is not there (any more)


class CallTally:
    """Counts what a client does, from botocore's own events."""

    def __init__(self, iam: "IAMClient") -> None:
        self.calls = self.retries = 0
        self._lock = threading.Lock()  # the client is shared by threads
        iam.meta.events.register("before-call.iam", self._count)
        iam.meta.events.register("after-call.iam", self._count)

    def _count(self, parsed: dict[str, Any] | None = None, **_: Any) -> None:
        with self._lock:
            self.calls += parsed is None
            self.retries += (parsed or {}).get("ResponseMetadata", {}).get("RetryAttempts", 0)


class Account(NamedTuple):
    """Everything that reading a user needs.

    ``key_pages`` is one paginator for all users: botocore makes a class each time it is asked for one.
    """

    iam: "IAMClient"
    key_pages: "ListAccessKeysPaginator"
    limits: Limits
    now: datetime
    deadline: Deadline
    report: Report | None = None


def judge_account(iam: "IAMClient", limits: Limits, deadline: Deadline, now: datetime) -> list[Verdict]:
    """Judge every IAM user, ordered by name.

    Raises:
        botocore.exceptions.ClientError: AWS refused a call; no verdict is made of it.
        OutOfTime: see `Deadline.check`.
        RuntimeError: see `settle`.
    """
    tally = CallTally(iam)
    try:
        report = credential_report(iam, deadline.seconds_left() * REPORT_SHARE, now)
        verdicts = settle(Account(iam, iam.get_paginator("list_access_keys"), limits, now, deadline, report))
        deadline.check(len(verdicts), len(verdicts))
    finally:
        LOG.info("IAM was called %d times; %d retries.", tally.calls, tally.retries)
    flagged = sum(verdict.compliance == NON_COMPLIANT for verdict in verdicts)
    LOG.info("%d users, %d NON_COMPLIANT.", len(verdicts), flagged)
    return sorted(verdicts, key=lambda verdict: (verdict.user.name, verdict.user.user_id))


def settle(account: Account) -> list[Verdict]:
    """Judge all users, list them again, and look again until every one is where it was judged.

    Somebody who is missing from one listing may have been renamed past its pages: only a second one that
    does not have them either says that they are deleted.

    Raises:
        RuntimeError: a user is listed and yet not found, or found elsewhere, time and again.
    """
    listed = list_users(account, 0)
    moved, verdicts = list(listed.values()), dict[str, Verdict]()
    for pause in PAUSES:
        if pause:
            time.sleep(pause)
        verdicts |= judge_users(account, moved, len(listed) - len(moved))
        before, listed = listed, list_users(account, len(verdicts))
        moved = [user for user in listed.values() if not _is_where_judged(user, verdicts)]
        if not moved and before.keys() <= listed.keys():
            break
    if moved:
        names = ", ".join(sorted(user.name for user in moved))
        raise RuntimeError(f"IAM lists these users and does not find them: {names}.")
    return [verdicts[user_id] for user_id in listed]


def _is_where_judged(user: User, verdicts: dict[str, Verdict]) -> bool:
    return user.user_id in verdicts and verdicts[user.user_id].user.name == user.name


def list_users(account: Account, judged: int) -> dict[str, User]:
    """Return every user by id; ``judged``: how many are done, for the message when time runs out."""
    users: dict[str, User] = {}
    for page in account.iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000}):
        # One renamed while the pages come stands on two of them: the later is right.
        users |= {
            one["UserId"]: User(one["UserId"], one["UserName"], one["CreateDate"]) for one in page["Users"]
        }
        account.deadline.check(judged, len(users))
    return users


def judge_users(account: Account, users: Iterable[User], judged: int) -> dict[str, Verdict]:
    """Return verdicts by user id; whoever is not there (any more) has none.

    Args:
        account: what to read from.
        users: whom to judge.
        judged: how many users are judged already, for the message when time runs out.
    """
    found = {user: clear_unread(account, user) for user in users}
    cleared = [verdict for verdict in found.values() if verdict]
    others = [user for user, verdict in found.items() if not verdict]
    read = _read_all(account, others, judged + len(cleared))
    return {verdict.user.user_id: verdict for verdict in [*cleared, *read]}


def clear_unread(account: Account, user: User) -> Verdict | None:
    """Judge a user without a call, where that can only come out COMPLIANT."""
    if account.report and account.report.shows_no_key(user):
        return clear_keyless(user, account.report.generated)
    return clear_young(user, account.limits, account.now)


def _read_all(account: Account, users: list[User], judged: int) -> list[Verdict]:
    """Read the users concurrently; leave out those who are not there (any more)."""
    answers: queue.SimpleQueue[Future[Verdict | None]] = queue.SimpleQueue()
    pool = ThreadPoolExecutor(THREADS)
    in_all = judged + len(users)
    in_time = True
    try:
        for user in users:
            pool.submit(read_user, account, user).add_done_callback(answers.put)
        found = [_next(answers, account.deadline, done, in_all).result() for done in range(judged, in_all)]
    except OutOfTime:
        in_time = False  # calls under way may be waiting for a retry longer than there is time
        raise
    finally:
        pool.shutdown(wait=in_time, cancel_futures=True)
    return [verdict for verdict in found if verdict]


def _next(
    answers: "queue.SimpleQueue[Future[Verdict | None]]", deadline: Deadline, done: int, users: int
) -> "Future[Verdict | None]":
    while True:
        deadline.check(done, users)
        try:
            return answers.get(timeout=A_MOMENT)
        except queue.Empty:  # nothing yet
            continue


def read_user(account: Account, user: User) -> Verdict | None:
    """Read one user's keys and judge them; None where the name is no longer theirs (deleted, or renamed)."""
    iam = account.iam
    try:
        keys = [found for key in _keys(account, user.name) if (found := _with_last_use(account, user, key))]
        if not any(is_stale(key, account.limits, account.now) for key in keys):
            return judge_user(user, keys, {}, account.limits, account.now)
        # After the listing, so that a name which passed to another user before it is noticed.
        current = iam.get_user(UserName=user.name)["User"]
    except iam.exceptions.NoSuchEntityException:
        return None
    if current["UserId"] != user.user_id:
        return None
    tags = {tag["Key"]: tag["Value"] for tag in current.get("Tags", [])}
    return judge_user(user, keys, tags, account.limits, account.now)


def _keys(account: Account, name: str) -> list[AccessKey]:
    return [
        AccessKey(one["AccessKeyId"], one["Status"], one["CreateDate"])
        for page in account.key_pages.paginate(UserName=name)
        for one in page["AccessKeyMetadata"]
    ]


def _with_last_use(account: Account, user: User, key: AccessKey) -> AccessKey | None:
    """Find out a key's last use where the verdict hangs on it; None if the key is gone.

    Of a key that is gone, IAM refuses to tell (AccessDenied) as of one that we may not ask for: the list of
    keys tells the two apart.
    """
    limits, now = account.limits, account.now
    if not is_stale(key, limits, now) or is_too_old(key, limits, now):
        return key  # unread, a key counts as never used: only one that is stale then can be stale at all
    used = account.report.used_since(user, key) if account.report else None
    if used and not is_stale(key._replace(last_used=used), limits, now):
        return key._replace(last_used=used)
    try:
        use = account.iam.get_access_key_last_used(AccessKeyId=key.key_id)["AccessKeyLastUsed"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        if any(one.key_id == key.key_id for one in _keys(account, user.name)):
            raise
        return None
    return key._replace(last_used=use.get("LastUsedDate"))
