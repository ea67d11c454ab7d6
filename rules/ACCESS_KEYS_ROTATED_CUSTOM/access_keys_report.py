"""The credential report: a short cut that saves calls. What is wrong with it clears nobody and stops nothing.

A report is made at most every four hours. GenerateCredentialReport answers COMPLETE while there is one, and
starts one otherwise; GetCredentialReport says that there is none, or it is in progress, or it has expired.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import csv
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from access_keys_judgement import A_SECOND, AccessKey, User
from access_keys_parameters import RULE

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

LOG = logging.getLogger(RULE)
GENERATE, GET = "GenerateCredentialReport", "GetCredentialReport"
PAUSES = (0, 2, 4, 8, 16)  # seconds before each look: half a minute in all
GENERATIONS = 2  # looks before which it may be asked for
SLACK = 1.5  # for the calls between the pauses
LIFE = timedelta(hours=5)  # four, and time to make one of a large account
NOT_YET = frozenset({"ReportNotPresent", "ReportInProgress", "ReportExpired"})
NOT_PERMITTED = frozenset({"AccessDenied", "AccessDeniedException"})
REFUSED = 300  # HTTP statuses that are errors to botocore
ROOT = "<root_account>"
NOTHING = "N/A"


class ReportKey(NamedTuple):
    """One of a user's two keys in the report, which has no key ids."""

    rotated: datetime | None  # created, or switched on again
    used: datetime | None


class ReportRow(NamedTuple):
    """A user's row: ``keys`` that it shows, active or not; ``more`` where it tells of others."""

    user_created: datetime
    keys: tuple[ReportKey, ...]
    more: bool


class Report(NamedTuple):
    """The report: a snapshot, up to four hours old. A row that cannot be read is not among its rows."""

    generated: datetime
    rows: dict[str, ReportRow]  # by user name

    def row(self, user: User) -> ReportRow | None:
        """Return the user's row, unless it is of an earlier user of the same name."""
        row = self.rows.get(user.name)
        return (
            row if row and abs(row.user_created - user.created.replace(microsecond=0)) <= A_SECOND else None
        )

    def shows_no_key(self, user: User) -> bool:
        """Tell whether the user had no key at all, active or not, nor anything additional."""
        row = self.row(user)
        return row is not None and not row.keys and not row.more

    def used_since(self, user: User, key: AccessKey) -> datetime | None:
        """Return a time at which this key was used or after, or None if the report cannot tell.

        The report names no keys: of its times, each that could be this key's must say so. A key's
        ``last_rotated`` is never before its creation, so what was rotated earlier is another's.
        """
        row = self.row(user)
        if row is None or row.more:
            return None
        uses = [one.used for one in row.keys if not one.rotated or one.rotated >= key.created - A_SECOND]
        return min((used for used in uses if used), default=None) if all(uses) else None


class NoReport(Exception):
    """There is none for us; says why."""


def credential_report(iam: "IAMClient", patience: float, now: datetime) -> Report | None:
    """Return the report, or None, with the true reason in the log, if there is none to be had in time.

    Args:
        iam: these two calls are not retried by it, nor do their refusals slow down its other calls.
        patience: seconds; it spends half as much again at most, and never more than 45 of them.
        now: to tell how old the report is.
    """
    for operation in (GENERATE, GET):
        iam.meta.events.register_first(f"needs-retry.iam.{operation}", _raise_at_once)
    patience = min(patience, sum(PAUSES))
    try:
        report = _in_time(patience * SLACK, lambda: _read(_fetch(iam, patience)))
    except (NoReport, BotoCoreError, KeyError, ValueError, csv.Error) as error:
        reason = f"is not to be had ({error if isinstance(error, NoReport) else repr(error)})"
    else:
        if now - report.generated <= LIFE:
            return report
        reason = f"of {report.generated} is out of date"
    LOG.warning("The credential report %s: every user's keys are listed instead.", reason)
    return None


def _raise_at_once(
    response: tuple[Any, dict[str, Any]] | None, operation: Any, caught_exception: Any, **_: Any
) -> None:
    """Take an attempt's failure for the call's, before botocore's own handlers learn of it."""
    if caught_exception:
        raise caught_exception
    if response and response[0].status_code >= REFUSED:
        raise ClientError(response[1], operation.name)  # type: ignore[arg-type]  # what botocore itself makes it of


def _in_time(seconds: float, work: Callable[[], Report]) -> Report:
    """Do the work in a thread that nobody waits for longer: an answer may take a minute not to come."""
    answers: queue.SimpleQueue[Report | Exception] = queue.SimpleQueue()

    def put() -> None:
        try:
            answers.put(work())
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            answers.put(error)

    threading.Thread(target=put, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise NoReport(f"no answer in {seconds:.0f} seconds") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _fetch(iam: "IAMClient", patience: float) -> Mapping[str, Any]:
    """Return the answer of GetCredentialReport: 2 + 5 calls at most, with the pauses between them."""
    codes = {GENERATE: "", GET: ""}
    for look, waited in enumerate(accumulate(PAUSES)):
        if waited > patience:
            break
        if PAUSES[look]:
            time.sleep(PAUSES[look])
        if look < GENERATIONS and codes[GET] != "ReportInProgress":
            _, codes[GENERATE] = _try(iam.generate_credential_report)
        answer, codes[GET] = _try(iam.get_credential_report)
        if answer is not None:
            return answer
        if codes[GET] in NOT_PERMITTED or (codes[GENERATE] in NOT_PERMITTED and codes[GET] in NOT_YET):
            break  # and nobody makes one for us
    raise NoReport(", ".join(f"{operation}: {code}" for operation, code in codes.items() if code))


def _try(call: Callable[[], Any]) -> tuple[Mapping[str, Any] | None, str]:
    """Return the answer, or the error's code (its kind where no answer came)."""
    try:
        return call(), ""
    except ClientError as error:
        return None, error.response["Error"]["Code"]
    except BotoCoreError as error:
        return None, type(error).__name__


def _read(answer: Mapping[str, Any]) -> Report:
    rows, unread = parse_report(answer["Content"].decode(errors="replace"))
    if unread:
        LOG.warning(
            "%d rows of the credential report cannot be read, the first is of %r: the keys of these users are"
            " listed instead.",
            len(unread),
            unread[0],
        )
    return Report(answer["GeneratedTime"], rows)


def parse_report(content: str) -> tuple[dict[str, ReportRow], list[str]]:
    """Return the rows by user name, and the names whose rows cannot be read or stand there twice."""
    rows: dict[str, ReportRow] = {}
    unread: list[str] = []
    for row in csv.DictReader(content.splitlines()):
        name = str(row.get("user"))
        if name == ROOT:
            continue
        try:
            if name in rows or None in row or None in row.values():
                raise ValueError("a column too many or too few, or the same name again")  # noqa: TRY301
            rows[name] = _row(row)
        except (KeyError, ValueError):
            rows.pop(name, None)
            unread.append(name)
    return rows, unread


def _row(row: Mapping[str, str]) -> ReportRow:
    cells = [
        [row[f"access_key_{n}_{what}"] for what in ("active", "last_rotated", "last_used_date")]
        for n in (1, 2)
    ]
    shown = [one for one in cells if one != ["false", NOTHING, NOTHING]]  # whatever else it says: look
    created = datetime.fromisoformat(row["user_creation_time"])
    if created.tzinfo is None:
        raise ValueError("a time without its zone")
    more = row.get("additional_credentials_info", "") not in ("", NOTHING)
    return ReportRow(
        created, tuple(ReportKey(_time(rotated), _time(used)) for _, rotated, used in shown), more
    )


def _time(text: str) -> datetime | None:
    """Read a time, ``Z`` or ``+00:00``; None for any word: it then proves nothing."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else None
