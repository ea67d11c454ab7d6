"""The whole account: what the report clears is judged at once, the rest is read."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from access_keys_rotated_judgement import NON_COMPLIANT, clear_user
from access_keys_rotated_live import Account, list_users, read_users
from access_keys_rotated_parameters import LAST_ROTATED
from access_keys_rotated_report import ReportNotReady, credential_report

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_iam import IAMClient

    from access_keys_rotated_deadline import Deadline
    from access_keys_rotated_judgement import Verdict
    from access_keys_rotated_parameters import Parameters
    from access_keys_rotated_records import Report

LOG = logging.getLogger("ACCESS_KEYS_ROTATED_CUSTOM")


class CallTally:
    """Counts what a client does, from botocore's own events."""

    def __init__(self, iam: IAMClient) -> None:
        self.calls = self.retries = 0
        self._lock = threading.Lock()  # the client is shared by threads
        iam.meta.events.register("after-call.iam", self._count)

    def _count(self, parsed: dict[str, Any], **_: Any) -> None:
        with self._lock:
            self.calls += 1
            self.retries += parsed.get("ResponseMetadata", {}).get("RetryAttempts", 0)


def judge_account(iam: IAMClient, parameters: Parameters, deadline: Deadline, now: datetime) -> list[Verdict]:
    """Judge every IAM user, ordered by name.

    Raises:
        botocore.exceptions.ClientError: AWS refused a call; no verdict is made of it.
        OutOfTime: see `Deadline.check`.
        ReportNotReady: ageBasis is LastRotated and there is no report to decide.
    """
    tally = CallTally(iam)
    try:
        pages = iam.get_paginator("list_access_keys")
        account = Account(iam, pages, parameters, now, deadline, _report(iam, parameters, deadline, now))
        cleared, others = [], []
        for user in list_users(account):
            row = account.report.row(user) if account.report else None
            verdict = clear_user(user, row, parameters, now)
            if verdict:
                cleared.append(verdict)
            else:
                others.append(user)
        verdicts = cleared + read_users(account, others, len(cleared))
        deadline.check(len(verdicts), len(verdicts))
    finally:
        LOG.info("IAM was called %d times; %d retries.", tally.calls, tally.retries)
    flagged = sum(verdict.compliance == NON_COMPLIANT for verdict in verdicts)
    LOG.info("%d users: %d read one by one, %d NON_COMPLIANT.", len(verdicts), len(others), flagged)
    return sorted(verdicts, key=lambda verdict: (verdict.user.name, verdict.user.user_id))


def _report(iam: IAMClient, parameters: Parameters, deadline: Deadline, now: datetime) -> Report | None:
    try:
        return credential_report(iam, deadline, now)
    except ReportNotReady as late:
        if parameters.age_basis == LAST_ROTATED:
            raise  # only the report knows when a key was rotated
        LOG.warning("%s Every user's keys are listed instead.", late)
        return None
