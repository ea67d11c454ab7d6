"""The credential report: asked for, waited for, read.

A report is made at most every four hours. GenerateCredentialReport answers COMPLETE while there is one, and
starts one otherwise; GetCredentialReport says that there is none, or it is in progress, or it has expired.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import csv
import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from access_keys_rotated_records import Report, ReportKey, ReportRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_iam import IAMClient

    from access_keys_rotated_deadline import Deadline

LOG = logging.getLogger("ACCESS_KEYS_ROTATED_CUSTOM")
POLLS = (1, 2, 4, 8, 15)  # seconds between looks: half a minute in all
SHARE = 1 / 3  # of the time left; longer than that nothing is waited for
LIFE = timedelta(hours=5)  # four, and time to make one of a large account
INSTEAD = "every user's keys are listed instead, and their ages count from CreateDate."
NOT_YET = frozenset({"ReportNotPresent", "ReportInProgress", "ReportExpired"})
NOT_PERMITTED = frozenset({"AccessDenied", "AccessDeniedException"})
NO_TIME = frozenset({"N/A", "no_information", "not_supported", ""})


class ReportNotReady(RuntimeError):
    """The report was not made within the time that the rule can wait."""


def credential_report(iam: IAMClient, deadline: Deadline, now: datetime) -> Report | None:
    """Return the report, or None, with a warning in the log, where it is not permitted or out of date.

    Raises:
        ReportNotReady: IAM is still making it after half a minute, or after a third of the time left.
    """
    may_generate = _generate(iam)
    report, code = _get(iam)
    for seconds in POLLS:
        if code not in NOT_YET or not may_generate or seconds > deadline.seconds_left() * SHARE:
            break
        time.sleep(seconds)
        if code == "ReportExpired":
            _generate(iam)
        report, code = _get(iam)
    if code in NOT_YET and may_generate:
        raise ReportNotReady("IAM is still making the credential report; the next attempt will find it.")
    if report is None:
        LOG.warning("The credential report is not permitted (%s): %s", code, INSTEAD)
    elif now - report.generated > LIFE:
        LOG.warning("The credential report of %s is out of date: %s", report.generated, INSTEAD)
        return None
    return report


def _generate(iam: IAMClient) -> bool:
    """Have a report made if there is none; tell whether that is permitted."""
    try:
        iam.generate_credential_report()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in NOT_PERMITTED:
            return False  # somebody else may have had one made
        if code != "LimitExceeded":  # which is: one is being made already
            raise
    return True


def _get(iam: IAMClient) -> tuple[Report | None, str]:
    """Return the report, or the error code that means that there is none for us (yet)."""
    try:
        answer = iam.get_credential_report()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in NOT_YET | NOT_PERMITTED:
            return None, code
        raise
    return Report(answer["GeneratedTime"], parse_report(answer["Content"].decode())), ""


def parse_report(content: str) -> dict[str, ReportRow]:
    """Return the rows by user name; the ``<root_account>`` row is among them and belongs to no user."""
    return {row["user"]: _row(row) for row in csv.DictReader(content.splitlines())}


def _row(row: Mapping[str, str]) -> ReportRow:
    keys = (
        ReportKey(
            row[f"access_key_{n}_active"] == "true",
            _time(row[f"access_key_{n}_last_rotated"]),
            _time(row[f"access_key_{n}_last_used_date"]),
        )
        for n in (1, 2)
    )
    existing = tuple(key for key in keys if key.active or key.rotated)
    return ReportRow(datetime.fromisoformat(row["user_creation_time"]), existing)


def _time(text: str) -> datetime | None:
    return None if text in NO_TIME else datetime.fromisoformat(text)
