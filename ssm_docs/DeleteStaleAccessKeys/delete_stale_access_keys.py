"""Delete, or deactivate, exactly the stale active access keys of one IAM user; then verify that none is left.

Input (InputPayload, all text): ``IAMUserId`` (``AIDA...`` or a user name), ``MaxAccessKeyAge`` (days),
``MaxCredentialUsageAge`` (days or empty), ``ExemptUsers`` and ``ExemptTag`` (may be empty), ``Action``
(``Delete`` or ``Deactivate``), ``DryRun`` (``true`` or ``false``). The verifying handler takes ``UserId``,
``UserName`` and ``JudgedAt`` as the acting one returned them, instead of ``IAMUserId`` and ``Action``.

Output of the acting handler: ``Outcome``, ``UserId``, ``UserName``, ``KeyIds`` (changed; in a dry run, would
be), ``Changes`` (for each of them ``UserName``, ``AccessKeyId``, ``AgeDays``, ``LastUsed``, ``Action``),
``Message``, ``JudgedAt``. Of the verifying handler: ``Outcome`` (``Verified``, or ``NothingToVerify`` after a
dry run and for a user who does not exist).

Fails on a value out of range; on any AWS error, and on a user renamed again and again meanwhile, saying which
keys were changed before and which were not; and when a key that was stale as of ``JudgedAt`` is still active
at the end.

IAM reuses names, so the id decides: keys are listed by name, then GetUser must say that the name has that id.
A key id is never reused and never moves to another user: should the name change hands after GetUser, IAM
refuses the act (NoSuchEntity). What changes after it was read goes unseen, for the few calls until the act: a
switch-off after ListAccessKeys, a use after GetAccessKeyLastUsed, an exemption after GetUser.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,128}")
USER_ID = re.compile(r"AIDA[A-Z0-9]{12,}")  # also a possible user name, but never taken as one
DAYS = re.compile(r"[1-9][0-9]{0,3}")
LONGEST = 3650  # days
LEFT = "left as it was"
EXEMPT_USER = re.compile(r"\s*([A-Za-z0-9_+=.@*?-]{1,128})(?::([0-9]{4}-[0-9]{2}-[0-9]{2}))?\s*")
EXEMPT_TAG = re.compile(r"[A-Za-z0-9 _.:/+@-]{1,128}(=[A-Za-z0-9 _.:/+@=-]{0,256})?")
MOVES = 3  # times that a renamed user is followed
PAUSES = (1, 2, 4)  # seconds between verifying reads: IAM may show a change a moment late


def delete_stale_access_keys(events: dict[str, str], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the service's
    """Judge the user's keys now and act on the stale ones."""
    limits = parse_limits(events)
    action = _one_of(events, "Action", ("Delete", "Deactivate"))
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"
    resource = events["IAMUserId"]
    if not NAME.fullmatch(resource):
        raise ValueError(f"IAMUserId must be a user id (AIDA...) or a user name, not {resource!r}.")
    remedy = _Remedy(_iam(), limits, action, dry_run=dry_run)
    try:
        return remedy.run(resource)
    except (ClientError, BotoCoreError, _Unsettled) as error:
        raise RuntimeError(f"{resource}: {remedy.so_far()}; then it stopped: {error}") from error


def verify_no_stale_access_keys(events: dict[str, str], context: Any) -> dict[str, str]:  # noqa: ARG001 - the same
    """Read again; fail if a key that was stale when the acting step judged is active and its user not exempt.

    A key that crosses its limit between the two steps is the next run's task, not a failure of this one.
    """
    limits = parse_limits(events)
    if _one_of(events, "DryRun", ("true", "false")) == "true" or not events["UserId"]:
        return {"Outcome": "NothingToVerify"}
    iam = _iam()
    user = User(events["UserId"], events["UserName"])
    judged_at = datetime.fromisoformat(events["JudgedAt"])
    left = _left(iam, user, limits, judged_at)
    for pause in PAUSES:
        if left:
            time.sleep(pause)
            left = _left(iam, user, limits, judged_at)
    if left:
        raise RuntimeError(f"{user.name} still has stale active access keys: {', '.join(left)}.")
    return {"Outcome": "Verified"}


@dataclass(frozen=True)
class Limits:
    """What makes a key stale, and whom to leave alone."""

    max_age: timedelta
    max_unused: timedelta | None = None
    exempt_users: tuple[tuple[str, date | None], ...] = ()  # pattern, last day on which it holds
    exempt_tag: str = ""


@dataclass(frozen=True)
class User:
    """An IAM user; ``tags`` are known only after GetUser."""

    user_id: str
    name: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AccessKey:
    """An access key; ``last_used`` is absent for one never used, ``last_use`` is empty where nobody asked."""

    key_id: str
    status: str
    created: datetime
    last_used: datetime | None = None
    last_use: str = ""  # for people: when, by which service, in which region


def parse_limits(events: dict[str, str]) -> Limits:
    """Read the limits; ValueError names the parameter and its value."""
    unused, tag = events["MaxCredentialUsageAge"], events["ExemptTag"]
    if tag and not EXEMPT_TAG.fullmatch(tag):
        raise ValueError(f"ExemptTag must be Key or Key=Value, not {tag!r}.")
    return Limits(
        max_age=_days("MaxAccessKeyAge", events["MaxAccessKeyAge"]),
        max_unused=_days("MaxCredentialUsageAge", unused) if unused else None,
        exempt_users=_exempt_users(events["ExemptUsers"]),
        exempt_tag=tag,
    )


def is_stale(key: AccessKey, limits: Limits, now: datetime) -> bool:
    """Tell whether an active key is older, or unused for longer, than its limit; to the second."""
    if key.status != "Active":
        return False
    if now - key.created > limits.max_age:
        return True
    return limits.max_unused is not None and now - (key.last_used or key.created) > limits.max_unused


def exemption(user: User, limits: Limits, today: date) -> str:
    """Return by what the user is exempt, or an empty text. ``today`` is the day in UTC."""
    # fnmatch never backtracks without end; "[", which is special to it, does not pass EXEMPT_USER.
    for pattern, last_day in limits.exempt_users:
        if fnmatchcase(user.name.lower(), pattern.lower()) and (last_day is None or today <= last_day):
            return f"ExemptUsers {pattern}"
    key, equals, value = limits.exempt_tag.partition("=")
    for name, own in user.tags.items():  # IAM compares tag keys without case, values with
        if key and name.lower() == key.lower() and (not equals or own == value):
            return f"ExemptTag {limits.exempt_tag}"
    return ""


class _Unsettled(Exception):
    """A user whose name kept changing."""


class _Remedy:
    """One run: what it may do, and what has become of each stale key so far."""

    def __init__(self, iam: Any, limits: Limits, action: str, *, dry_run: bool) -> None:
        self._iam, self._limits, self._action, self._dry_run = iam, limits, action, dry_run
        self._done = f"{action.lower()}d"
        self._now = datetime.now(UTC)  # one instant for the whole run: time alone makes no further key stale
        self._keys: dict[str, AccessKey] = {}  # every stale key seen, by id
        self._fate: dict[str, str] = {}  # the same ids: in words, what has become of it

    def run(self, resource: str) -> dict[str, Any]:
        """Look, act on the first stale key, look again, until no stale key is left that was not acted on.

        If last uses had to be read, all are acted on after one look: a run makes at most 8 calls.
        """
        user = _find(self._iam, resource)
        while user and (seen := _look(self._iam, user, self._limits, self._now)):
            user, stale = seen
            # IAM may show a change a moment late: no key is acted on twice.
            stale = [key for key in stale if self._fate.get(key.key_id, LEFT) == LEFT]
            self._keys |= {key.key_id: key for key in stale}
            self._fate |= {key.key_id: LEFT for key in stale}
            if not stale:
                return self._end("NothingToDo", user, "no active access key is stale")
            if by := exemption(user, self._limits, self._now.date()):
                return self._end("Exempt", user, f"exempt by {by}")
            if self._dry_run:
                return self._would(user, stale)
            batch = stale if any(key.last_use for key in stale) else stale[:1]
            for key in batch:
                self._act(user, key)
            if batch == stale:  # the verifying step looks again
                return self._end("NothingToDo", user, "no other active access key is stale")
        return self._end("UserNotFound", user or User("", resource), "no such IAM user")

    def _act(self, user: User, key: AccessKey) -> None:
        self._fate[key.key_id] = f"not known whether {self._done}"  # until IAM answers
        try:
            if self._action == "Delete":
                self._iam.delete_access_key(UserName=user.name, AccessKeyId=key.key_id)
            else:
                self._iam.update_access_key(UserName=user.name, AccessKeyId=key.key_id, Status="Inactive")
            self._fate[key.key_id] = self._done
        except self._iam.exceptions.NoSuchEntityException as error:
            # Removed by somebody else, or the user renamed (the verifying step finds that out): not ours. But
            # if botocore asked more than once, the first request may have been carried out, and only its
            # answer lost: better claim a deletion than hide it.
            asked_again = error.response["ResponseMetadata"].get("RetryAttempts", 0) > 0
            ours = asked_again and self._action == "Delete"
            self._fate[key.key_id] = self._done if ours else "not found any more"

    def _end(self, otherwise: str, user: User, reason: str) -> dict[str, Any]:
        """Report what was changed; only if nothing was, the other outcome."""
        changed = [key for key in self._keys.values() if self._fate[key.key_id] == self._done]
        outcome = f"{self._action}d" if changed else otherwise
        return self._report(outcome, user, changed, f"{self.so_far()}; {reason}")

    def _would(self, user: User, stale: list[AccessKey]) -> dict[str, Any]:
        shown = [_last_used(self._iam, key) or key for key in stale]
        message = f"would {self._action.lower()}: {', '.join(key.key_id for key in shown)}; dry run"
        return self._report(f"Would{self._action}", user, shown, message)

    def _report(self, outcome: str, user: User, keys: list[AccessKey], message: str) -> dict[str, Any]:
        return {
            "Outcome": outcome,
            "UserId": user.user_id,
            "UserName": user.name if user.user_id else "",
            "KeyIds": [key.key_id for key in keys],
            "Changes": [self._change(user, key) for key in keys],
            "Message": f"{user.name or user.user_id}: {message}.",
            "JudgedAt": self._now.isoformat(),
        }

    def _change(self, user: User, key: AccessKey) -> dict[str, Any]:
        return {
            "UserName": user.name,
            "AccessKeyId": key.key_id,
            "AgeDays": (self._now - key.created).days,
            "LastUsed": key.last_use or "not read",
            "Action": self._action,
        }

    def so_far(self) -> str:
        """Say what has become of each stale key."""
        ids: dict[str, list[str]] = {}
        for key_id, fate in self._fate.items():
            ids.setdefault(fate, []).append(key_id)
        said = [f"{fate}: {', '.join(ids[fate])}" for fate in ids]
        return "; ".join(said if self._done in ids else [f"no access key was {self._done}", *said])


def _look(iam: Any, user: User, limits: Limits, now: datetime) -> tuple[User, list[AccessKey]] | None:
    """Return the user as IAM has it now, and its stale keys; None if no user has that id (any more)."""
    for _ in range(MOVES):
        if seen := _look_at_name(iam, user, limits, now):
            return seen
        moved = _find_by_id(iam, user.user_id)  # deleted, renamed, or Config was out of date
        if moved is None:
            return None
        user = moved
    raise _Unsettled(f"{user.user_id} changed its name while its access keys were read; run this again.")


def _look_at_name(iam: Any, user: User, limits: Limits, now: datetime) -> tuple[User, list[AccessKey]] | None:
    """List the keys under the user's name, then confirm that the name has the user's id; None if not.

    Listing first: a name that passes to another user between the two is then noticed. Tags come with the id
    in one answer of GetUser (ListUsers omits them); ListUserTags, by name, could be of another user.
    """
    stale = _stale_keys(iam, user.name, limits, now)
    current = _get_user(iam, user.name) if stale is not None else None
    if stale is None or current is None or current.user_id != user.user_id:
        return None
    return current, stale


def _left(iam: Any, user: User, limits: Limits, now: datetime) -> list[str]:
    """Return the ids of the user's stale keys, none if it is exempt or gone.

    With nothing stale under the name, its id is not asked again: the acting step has just confirmed it.
    """
    if _stale_keys(iam, user.name, limits, now) == []:
        return []
    seen = _look(iam, user, limits, now)
    if seen is None or exemption(seen[0], limits, now.date()):
        return []
    return [key.key_id for key in seen[1]]


def _stale_keys(iam: Any, name: str, limits: Limits, now: datetime) -> list[AccessKey] | None:
    """Return the stale keys, or None if no user has that name."""
    try:
        pages = list(iam.get_paginator("list_access_keys").paginate(UserName=name))
    except iam.exceptions.NoSuchEntityException:
        return None
    listed = (
        AccessKey(one["AccessKeyId"], one["Status"], one["CreateDate"])
        for page in pages
        for one in page["AccessKeyMetadata"]
    )
    # Unread, a key counts as never used: one that is not stale even so need not be asked for its last use.
    suspects = [key for key in listed if is_stale(key, limits, now)]
    old = Limits(limits.max_age)
    known = [key if is_stale(key, old, now) else _last_used(iam, key) for key in suspects]
    return [key for key in known if key and is_stale(key, limits, now)]


def _last_used(iam: Any, key: AccessKey) -> AccessKey | None:
    """Return the key with its last use, or None if it is gone."""
    try:
        used = iam.get_access_key_last_used(AccessKeyId=key.key_id)["AccessKeyLastUsed"]
    except iam.exceptions.NoSuchEntityException:
        return None
    when = used.get("LastUsedDate")
    words = f"{when:%Y-%m-%d} by {used['ServiceName']} in {used['Region']}" if when else "never"
    return replace(key, last_used=when, last_use=words)


def _find(iam: Any, resource: str) -> User | None:
    """Resolve Config's resource id, or a user name; what looks like an id is never taken as a name."""
    if not USER_ID.fullmatch(resource):
        return _get_user(iam, resource)
    name = _name_in_config(resource)
    return User(resource, name) if name else _find_by_id(iam, resource)


def _name_in_config(user_id: str) -> str:
    """Ask Config, a short cut only: GetUser confirms its answer; IAM decides where it fails."""
    patience = Config(connect_timeout=5, read_timeout=10, retries={"mode": "adaptive", "max_attempts": 3})
    try:
        config = boto3.client("config", config=patience)
        found = config.list_discovered_resources(resourceType="AWS::IAM::User", resourceIds=[user_id])
    except (ClientError, BotoCoreError):
        return ""
    users = [one for one in found["resourceIdentifiers"] if one["resourceId"] == user_id]
    return next((name for one in users if NAME.fullmatch(name := one.get("resourceName", ""))), "")


def _find_by_id(iam: Any, user_id: str) -> User | None:
    for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000}):
        for one in page["Users"]:
            if one["UserId"] == user_id:
                return User(user_id, one["UserName"])
    return None


def _get_user(iam: Any, name: str) -> User | None:
    try:
        one = iam.get_user(UserName=name)["User"]
    except iam.exceptions.NoSuchEntityException:
        return None
    return User(one["UserId"], one["UserName"], {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])})


def _exempt_users(text: str) -> tuple[tuple[str, date | None], ...]:
    entries = []
    for entry in text.split(",") if text else []:
        match = EXEMPT_USER.fullmatch(entry)
        if not match:
            raise ValueError(f"ExemptUsers must be user name patterns, commas between, not {entry!r}.")
        try:
            last_day = date.fromisoformat(match[2]) if match[2] else None
        except ValueError as error:
            raise ValueError(f"ExemptUsers must end in a day of the calendar, not {entry!r}.") from error
        entries.append((match[1], last_day))
    return tuple(entries)


def _days(name: str, text: str) -> timedelta:
    if not DAYS.fullmatch(text) or int(text) > LONGEST:
        raise ValueError(f"{name} must be a whole number of days from 1 to {LONGEST}, not {text!r}.")
    return timedelta(days=int(text))


def _one_of(events: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if events[name] not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {events[name]!r}.")
    return events[name]


def _iam() -> Any:
    """Return a client that retries throttled calls, and gives up within the step's 600 seconds."""
    retries = Config(connect_timeout=10, read_timeout=30, retries={"mode": "adaptive", "max_attempts": 8})
    return boto3.client("iam", config=retries)
