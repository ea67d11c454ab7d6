"""Delete, or deactivate, exactly the stale active access keys of one IAM user; then verify that none is left.

Input (InputPayload, all strings): ``IAMUserId`` (``AIDA...`` or a user name), ``MaxAccessKeyAge`` (days),
``MaxCredentialUsageAge`` (days or empty), ``ExemptUsers``, ``ExemptTag`` (may be empty), ``Action`` (``Delete`` or
``Deactivate``), ``DryRun`` (``true`` or ``false``). The verifying handler also takes ``UserId`` and ``UserName`` as the
acting one returned them.

Output of the acting handler: ``Outcome``, ``UserId``, ``UserName``, ``KeyIds`` (changed, or in a dry run would be),
``Keys`` (one line each: id, age, last use), ``Message``. Of the verifying handler: ``Outcome``.

Fails on a value out of range and on any AWS error, saying which keys were changed before it; and when a stale key is
still active at the end. IAM reuses names, so the id decides: before each act the keys are listed again, and after the
listing the name must still belong to that id, and the user must not be exempt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

USER_ID = re.compile(r"AIDA[A-Z0-9]{12,}")
DAYS = re.compile(r"[0-9]{1,4}")
LONGEST = 3650
EXEMPT_USER = re.compile(r"\s*([A-Za-z0-9_+=.@*?-]{1,128})(?::([0-9]{4}-[0-9]{2}-[0-9]{2}))?\s*")
EXEMPT_TAG = re.compile(r"[A-Za-z0-9 _.:/+@-]{1,128}(=[A-Za-z0-9 _.:/+@=-]{0,256})?")


def delete_stale_access_keys(events: dict[str, str], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the service's
    """Judge the user's keys now and act on the stale ones."""
    limits = parse_limits(events)
    action = _one_of(events, "Action", ("Delete", "Deactivate"))
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"
    iam = _client("iam")
    user = _find(iam, events["IAMUserId"])
    if user is None:
        return _report("UserNotFound", None, [], limits, f"No IAM user is {events['IAMUserId']}.")
    remedy = _Remedy(iam, limits, action, dry_run=dry_run)
    try:
        return remedy.run(user)
    except (ClientError, BotoCoreError) as error:
        raise RuntimeError(f"{user.name}: {remedy.done_so_far()}; then: {error}") from error


def verify_no_stale_access_keys(events: dict[str, str], context: Any) -> dict[str, str]:  # noqa: ARG001 - the same
    """Read again, on its own; fail if a stale key of this user is still active and the user is not exempt."""
    limits = parse_limits(events)
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"
    if not events["UserId"]:
        return {"Outcome": "NothingToVerify"}
    iam = _client("iam")
    user, stale = _look(iam, User(events["UserId"], events["UserName"]), limits)
    if user is None or not stale or exemption(user, limits, datetime.now(UTC).date()):
        return {"Outcome": "Verified"}
    if dry_run:
        return {"Outcome": "NotVerifiedInDryRun"}
    raise RuntimeError(
        f"{user.name} still has stale active access keys: {', '.join(key.key_id for key in stale)}."
    )


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
    """An access key; ``last_used`` is absent for one never used, and where nobody asked for it."""

    key_id: str
    status: str
    created: datetime
    last_used: datetime | None = None
    last_use: str = ""  # service and region, for people


def parse_limits(events: dict[str, str]) -> Limits:
    """Read the limits; ValueError names the parameter and its value."""
    unused = events["MaxCredentialUsageAge"]
    tag = events["ExemptTag"]
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
    for pattern, last_day in limits.exempt_users:
        wildcard = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(wildcard, user.name, re.IGNORECASE) and (last_day is None or today <= last_day):
            return f"ExemptUsers {pattern}"
    key, equals, value = limits.exempt_tag.partition("=")
    for name, own in user.tags.items():  # IAM compares tag keys without case, values with
        if key and name.lower() == key.lower() and (not equals or own == value):
            return f"ExemptTag {limits.exempt_tag}"
    return ""


class _Remedy:
    """One run: what it may do, and what it has done so far."""

    def __init__(self, iam: Any, limits: Limits, action: str, *, dry_run: bool) -> None:
        self._iam, self._limits, self._action, self._dry_run = iam, limits, action, dry_run
        self._changed: list[AccessKey] = []
        self._tried: set[str] = set()

    def run(self, user: User) -> dict[str, Any]:
        """Look, act on one key, look again, until no stale key is left that was not tried."""
        while True:
            found, stale = _look(self._iam, user, self._limits)
            stale = [key for key in stale if key.key_id not in self._tried]
            if found is None:
                return self._end("UserNotFound", user, "the user does not exist (any more)")
            if not stale:
                return self._end("NothingToDo", found, "no active access key is stale")
            if by := exemption(found, self._limits, datetime.now(UTC).date()):
                return self._end("Exempt", found, f"exempt by {by}")
            if self._dry_run:
                return self._would(found, stale)
            self._act(found, stale[0])
            if len(stale) == 1:  # the verifying step looks again
                return self._end(
                    "NothingToDo", found, "the stale access key was gone before it could be changed"
                )
            user = found

    def _act(self, user: User, key: AccessKey) -> None:
        self._tried.add(key.key_id)
        try:
            if self._action == "Delete":
                self._iam.delete_access_key(UserName=user.name, AccessKeyId=key.key_id)
            else:
                self._iam.update_access_key(UserName=user.name, AccessKeyId=key.key_id, Status="Inactive")
        except self._iam.exceptions.NoSuchEntityException:
            return  # somebody else removed it first; it is not reported as ours
        self._changed.append(key)

    def _end(self, otherwise: str, user: User, reason: str) -> dict[str, Any]:
        """Report what was changed; only if nothing was, the other outcome."""
        if not self._changed:
            return _report(otherwise, user, [], self._limits, f"{user.name}: {reason}; nothing was changed.")
        done = f"{self._action}d"
        return _report(done, user, self._changed, self._limits, f"{user.name}: {self.done_so_far()}.")

    def _would(self, user: User, stale: list[AccessKey]) -> dict[str, Any]:
        stale = [_last_used(self._iam, key) for key in stale]
        message = (
            f"{user.name}: would {self._action.lower()} {', '.join(key.key_id for key in stale)}; dry run."
        )
        return _report(f"Would{self._action}", user, stale, self._limits, message)

    def done_so_far(self) -> str:
        """Say which keys were changed."""
        ids = ", ".join(key.key_id for key in self._changed)
        return f"{self._action.lower()}d {ids}" if ids else f"{self._action.lower()}d no access key"


def _look(iam: Any, user: User, limits: Limits) -> tuple[User | None, list[AccessKey]]:
    """List the stale keys of the user, wherever the id is named now, and read the user again if there are any.

    Listing comes before GetUser: a name that passes to another user between the two is then noticed.
    """
    for looks in (1, 2):
        stale = _stale_keys(iam, user.name, limits)
        if stale == []:
            return user, []
        current = _get_user(iam, user.name) if stale else None
        if current is not None and current.user_id == user.user_id:
            return current, stale or []
        moved = _find_by_id(iam, user.user_id) if looks == 1 else None
        if moved is None and looks == 1:
            return None, []
        user = moved or user
    raise RuntimeError(f"{user.user_id} was renamed twice while its keys were read; run this again.")


def _stale_keys(iam: Any, name: str, limits: Limits) -> list[AccessKey] | None:
    """Return the stale keys, or None if no user has that name."""
    try:
        pages = list(iam.get_paginator("list_access_keys").paginate(UserName=name))
    except iam.exceptions.NoSuchEntityException:
        return None
    listed = [
        AccessKey(one["AccessKeyId"], one["Status"], one["CreateDate"])
        for page in pages
        for one in page["AccessKeyMetadata"]
    ]
    now = datetime.now(UTC)
    if limits.max_unused is None:
        return [key for key in listed if is_stale(key, limits, now)]
    # Unread, a key counts as never used: only one that is stale then can be stale at all.
    suspects = [key for key in listed if is_stale(key, limits, now)]
    known = [key if is_stale(key, Limits(limits.max_age), now) else _last_used(iam, key) for key in suspects]
    return [key for key in known if is_stale(key, limits, now)]


def _last_used(iam: Any, key: AccessKey) -> AccessKey:
    used = iam.get_access_key_last_used(AccessKeyId=key.key_id)["AccessKeyLastUsed"]
    where = f"{used.get('ServiceName', 'N/A')} in {used.get('Region', 'N/A')}"
    return AccessKey(key.key_id, key.status, key.created, used.get("LastUsedDate"), where)


def _find(iam: Any, resource: str) -> User | None:
    """Resolve Config's resource id, or a user name."""
    if not re.fullmatch(r"[A-Za-z0-9_+=,.@-]{1,128}", resource):
        raise ValueError(f"IAMUserId must be a user id (AIDA...) or a user name, not {resource!r}.")
    if not USER_ID.fullmatch(resource):
        return _get_user(iam, resource)
    name = _name_in_config(resource)
    return User(resource, name) if name else _find_by_id(iam, resource)


def _name_in_config(user_id: str) -> str:
    """Ask Config, as a short cut only: whatever it refuses or does not know, IAM decides."""
    try:
        found = _client("config").list_discovered_resources(
            resourceType="AWS::IAM::User", resourceIds=[user_id]
        )
    except ClientError:
        return ""
    return next((str(one.get("resourceName", "")) for one in found["resourceIdentifiers"]), "")


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


def _report(
    outcome: str, user: User | None, keys: list[AccessKey], limits: Limits, message: str
) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "Outcome": outcome,
        "UserId": user.user_id if user else "",
        "UserName": user.name if user else "",
        "KeyIds": [key.key_id for key in keys],
        "Keys": [_describe(key, limits, now) for key in keys],
        "Message": message,
    }


def _describe(key: AccessKey, limits: Limits, now: datetime) -> str:
    age = f"{key.key_id}: {(now - key.created).days} days old (limit {limits.max_age.days})"
    if not key.last_use:
        return age
    used = f"last used {key.last_used:%Y-%m-%d} by {key.last_use}" if key.last_used else "never used"
    return f"{age}, {used}"


def _exempt_users(text: str) -> tuple[tuple[str, date | None], ...]:
    entries = []
    for entry in text.split(",") if text else []:
        match = EXEMPT_USER.fullmatch(entry)
        if not match:
            raise ValueError(f"ExemptUsers must be user name patterns, not {entry!r}.")
        entries.append((match[1], date.fromisoformat(match[2]) if match[2] else None))
    return tuple(entries)


def _days(name: str, text: str) -> timedelta:
    if not DAYS.fullmatch(text) or not 1 <= int(text) <= LONGEST:
        raise ValueError(f"{name} must be a whole number of days from 1 to {LONGEST}, not {text!r}.")
    return timedelta(days=int(text))


def _one_of(events: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if events[name] not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {events[name]!r}.")
    return events[name]


def _client(service: str) -> Any:
    return boto3.client(service, config=Config(retries={"mode": "adaptive", "max_attempts": 8}))  # type: ignore[call-overload]  # any service
