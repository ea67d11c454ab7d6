"""Delete, or deactivate, exactly the stale active access keys of one IAM user; then verify that none is left.

Input (InputPayload, all text): ``IAMUserId`` (``AIDA...`` or a user name), ``MaxAccessKeyAge`` (days),
``MaxCredentialUsageAge`` (days or empty), ``ExemptUsers`` and ``ExemptTag`` (may be empty), ``Action``
(``Delete`` or ``Deactivate``), ``DryRun`` (``true`` or ``false``). The verifying handler takes ``UserId``,
``UserName`` and ``JudgedAt`` as the acting one returned them, instead of ``IAMUserId`` and ``Action``.

Output of the acting handler: ``Outcome``, ``UserId``, ``UserName``, ``KeyIds`` (changed; in a dry run, would
be), ``Changes`` (for each of them ``UserName``, ``AccessKeyId``, ``AgeDays``, ``LastUsed``, ``Action``),
``Message``, ``JudgedAt``. Of the verifying handler: ``Outcome`` (``Verified`` after seeing the user's keys by
id; ``NothingToVerify`` after a dry run and for a user who does not exist).

Fails on a value out of range; on any AWS error, and on a user whose name or keys keep changing, saying which
keys were changed before and which were not; and when a key that was stale as of ``JudgedAt`` is still active
at the end.

IAM reuses names, so the id decides: keys are listed by name, then GetUser must say that the name has that id.
A key id is never reused and never moves: should the name change hands after GetUser, IAM refuses the act
(NoSuchEntity), and the user is looked for by id again. What changes after it was read goes unseen until the
act: a switch-off after ListAccessKeys, a use after GetAccessKeyLastUsed, an exemption after GetUser. IAM
itself records a use late, at times by hours, and once in 15 minutes.
"""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.exceptions import ConnectionError as NotConnected

NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,128}")
SERVER_ERROR = 500  # and above: the answer does not say that nothing was done
USER_ID = re.compile(r"AIDA[A-Z0-9]{12,}")  # also a possible user name, but never taken as one
PAUSES = (0, 1, 2, 4)  # seconds before each look: IAM may show a change a moment late
LOOKS = 20  # at one user, at most: after each key that was acted on, and whenever a key was not found
Rows = dict[str, dict[str, Any]]  # what the outputs say of each key, by id
LEFT, GONE = "left as it was", "not found any more"


def delete_stale_access_keys(events: dict[str, str], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the service's
    """Judge the user's keys now and act on the stale ones."""
    limits = parse_limits(events)
    action = _one_of(events, "Action", ("Delete", "Deactivate"))
    dry_run = _one_of(events, "DryRun", ("true", "false")) == "true"
    resource = events["IAMUserId"]
    if not NAME.fullmatch(resource):
        raise ValueError(f"IAMUserId must be a user id (AIDA...) or a user name, not {resource!r}.")
    remedy = _Remedy(_iam(), limits, action)
    try:
        return remedy.run(resource, dry_run)
    except (ClientError, BotoCoreError, RuntimeError) as error:
        raise RuntimeError(f"{resource}: {remedy.so_far()}; then it stopped: {error}") from error


def verify_no_stale_access_keys(events: dict[str, str], context: Any) -> dict[str, str]:  # noqa: ARG001 - the same
    """Read again; fail if a key that was stale when the acting step judged is active and its user not exempt.

    A key that crosses its limit between the two steps is the next run's task, not a failure of this one.
    """
    limits = parse_limits(events)
    if _one_of(events, "DryRun", ("true", "false")) == "true" or not events["UserId"]:
        return {"Outcome": "NothingToVerify"}
    iam, user = _iam(), User(events["UserId"], events["UserName"], {})
    judged_at = datetime.fromisoformat(events["JudgedAt"])
    for pause in PAUSES:
        time.sleep(pause)
        seen = _look(iam, user, limits, judged_at)
        if not seen:
            return {"Outcome": "NothingToVerify"}
        user, stale = seen
        if not stale or exemption(user.name, user.tags, limits, judged_at.date()):
            return {"Outcome": "Verified"}
    raise RuntimeError(f"{user.name} still has stale active access keys: {', '.join(stale)}.")


# From here to `exemption` word for word as in the rule; a test compares them.
LONGEST = 3650  # days
DAYS = re.compile(r"[1-9][0-9]{0,3}")
EXEMPT_USER = re.compile(r"\s*([A-Za-z0-9_+=.@*?-]{1,128})(?::([0-9]{4}-[0-9]{2}-[0-9]{2}))?\s*")
EXEMPT_TAG = re.compile(r" *[A-Za-z0-9_.:/+@-][A-Za-z0-9 _.:/+@-]{0,127}(=[A-Za-z0-9 _.:/+@=-]{0,256})?")


class Limits(NamedTuple):
    """What makes an active key stale, and whom to leave alone."""

    max_age: timedelta
    max_unused: timedelta | None = None  # None: not checked
    exempt_users: tuple[tuple[str, date | None], ...] = ()  # pattern, last day (UTC) on which it holds
    exempt_tag: str = ""  # Key or Key=Value, no blanks around either; empty: none


class AccessKey(NamedTuple):
    """An access key; ``last_used`` is None for one never used, and where nobody needed to ask."""

    key_id: str
    status: str  # Active, Inactive or Expired
    created: datetime  # never changes
    last_used: datetime | None = None  # IAM records it hours late, and once in 15 minutes


def read_days(text: str) -> timedelta:
    """Read a number of days; ValueError says what is allowed."""
    if not DAYS.fullmatch(text) or int(text) > LONGEST:
        raise ValueError(f"a whole number of days from 1 to {LONGEST}")
    return timedelta(days=int(text))


def read_exempt_users(text: str) -> tuple[tuple[str, date | None], ...]:
    """Read user name patterns, each with the last day on which it holds; ValueError says what is allowed."""
    entries = []
    for entry in text.split(",") if text else []:
        match = EXEMPT_USER.fullmatch(entry)
        if not match:
            raise ValueError(
                "comma-separated user name patterns (* and ?), each with :YYYY-MM-DD at its end if it ends;"
                f" {entry!r} is none"
            )
        try:
            entries.append((match[1], date.fromisoformat(match[2]) if match[2] else None))
        except ValueError:  # well formed, but the calendar has no such day
            raise ValueError(
                f"user name patterns with days of the calendar; there is no {match[2]}"
            ) from None
    return tuple(entries)


def read_exempt_tag(text: str) -> str:
    """Read ``Key`` or ``Key=Value``, blanks around either taken away; ValueError says what is allowed."""
    if text and not EXEMPT_TAG.fullmatch(text):
        raise ValueError("Key or Key=Value of a tag")
    return "=".join(part.strip() for part in text.split("=", 1))


def is_too_old(key: AccessKey, limits: Limits, now: datetime) -> bool:
    """Tell whether an active key is older than its limit; to the second."""
    return key.status == "Active" and now - key.created > limits.max_age


def is_stale(key: AccessKey, limits: Limits, now: datetime) -> bool:
    """Tell whether an active key is older, or unused for longer, than its limit; to the second."""
    if key.status != "Active" or limits.max_unused is None:
        return is_too_old(key, limits, now)
    return is_too_old(key, limits, now) or now - (key.last_used or key.created) > limits.max_unused


def exemption(name: str, tags: dict[str, str], limits: Limits, today: date) -> str:
    """Return by what the user is exempt, or an empty text. ``today`` is the day in UTC."""
    # fnmatch never backtracks without end; "[", which is special to it, does not pass EXEMPT_USER.
    for pattern, last_day in limits.exempt_users:
        if fnmatchcase(name.lower(), pattern.lower()) and (last_day is None or today <= last_day):
            return f"exemptUsers {pattern}" + (f" until {last_day}" if last_day else "")
    key, equals, value = limits.exempt_tag.partition("=")
    for own_key, own_value in tags.items():  # IAM compares tag keys without case, values with
        if key and own_key.lower() == key.lower() and (not equals or own_value == value):
            return f"exemptTag {limits.exempt_tag}"
    return ""


class User(NamedTuple):
    """An IAM user; ``tags`` are known only after GetUser."""

    user_id: str
    name: str
    tags: dict[str, str]


def parse_limits(events: dict[str, str]) -> Limits:
    """Read the limits; ValueError names the parameter and its value."""
    return Limits(
        _read(events, "MaxAccessKeyAge", read_days),
        _read(events, "MaxCredentialUsageAge", lambda text: read_days(text) if text else None),
        _read(events, "ExemptUsers", read_exempt_users),
        _read(events, "ExemptTag", read_exempt_tag),
    )


def _read(events: dict[str, str], name: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(events[name])
    except ValueError as refused:
        raise ValueError(f"{name} must be {refused}, not {events[name]!r}.") from None


def _one_of(events: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if events[name] not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {events[name]!r}.")
    return events[name]


class _Remedy:
    """One run: what it may do, and what has become of each stale key so far."""

    def __init__(self, iam: Any, limits: Limits, action: str) -> None:
        self._iam, self._limits, self._action = iam, limits, action
        self._done = f"{action.lower()}d"
        self._doubt = f"not known whether {self._done} by this run"
        self._now = datetime.now(UTC)  # one instant for the whole run: time alone makes no further key stale
        self._keys: Rows = {}  # every stale key seen, by id
        self._fate: dict[str, str] = {}  # the same ids: in words, what has become of it
        self._acting = ""  # the id of the key that is acted on
        for operation in ("DeleteAccessKey", "UpdateAccessKey"):
            iam.meta.events.register(f"needs-retry.iam.{operation}", self._attempted)

    def run(self, resource: str, dry_run: bool) -> dict[str, Any]:
        """Look, act on one stale key, look again, until no stale key is left."""
        user = _find(self._iam, resource)
        for _ in range(LOOKS):
            seen = _look(self._iam, user, self._limits, self._now) if user else None
            if not seen:
                return self._end("UserNotFound", User("", resource, {}), "no such IAM user")
            user, stale = seen
            # IAM may show a change a moment late: no key is acted on twice.
            stale = {one: key for one, key in stale.items() if self._fate.get(one) != self._done}
            self._keys |= stale
            self._fate |= {one: self._fate.get(one, LEFT) for one in stale}
            if not stale:
                break
            if by := exemption(user.name, user.tags, self._limits, self._now.date()):
                return self._end("Exempt", user, f"exempt by {by}")
            if dry_run:
                message = f"would {self._action.lower()}: {', '.join(stale)}; dry run"
                return self._report(f"Would{self._action}", user, [*stale], message)
            if self._act(user.name, next(iter(stale))) and len(stale) == 1:
                break  # the verifying step looks again
        else:
            raise RuntimeError(f"the access keys of {resource} keep changing; run this again.")
        other = "other " if self._fate else ""
        return self._end("NothingToDo", user, f"no {other}active access key is stale")

    def _act(self, name: str, key_id: str) -> bool:
        """Act on one key, and tell whether it is done."""
        self._acting = key_id
        try:
            if self._action == "Delete":
                self._iam.delete_access_key(UserName=name, AccessKeyId=key_id)
            else:
                self._iam.update_access_key(UserName=name, AccessKeyId=key_id, Status="Inactive")
            self._fate[key_id] = self._done
        except self._iam.exceptions.NoSuchEntityException:
            # Removed, or the user renamed: the next look tells.
            if self._fate[key_id] == LEFT:
                self._fate[key_id] = GONE
        return self._fate[key_id] == self._done

    def _attempted(self, response: Any, caught_exception: Exception | None, **_: Any) -> None:
        """Note an attempt that IAM may have carried out unheard; botocore calls this after each."""
        connected = not isinstance(caught_exception, NotConnected)
        if response[0].status_code >= SERVER_ERROR if response else connected:
            self._fate[self._acting] = self._doubt

    def _end(self, otherwise: str, user: User, reason: str) -> dict[str, Any]:
        """Report what was changed; only if nothing was, the other outcome."""
        changed = [one for one, fate in self._fate.items() if fate in (self._done, self._doubt)]
        outcome = f"{self._action}d" if changed else otherwise
        return self._report(outcome, user, changed, f"{self.so_far()}; {reason}")

    def _report(self, outcome: str, user: User, key_ids: list[str], message: str) -> dict[str, Any]:
        return {
            "Outcome": outcome,
            "UserId": user.user_id,
            "UserName": user.name if user.user_id else "",
            "KeyIds": key_ids,
            "Changes": [self._keys[one] | {"Action": self._action} for one in key_ids],
            "Message": f"{user.name}: {message}.",
            "JudgedAt": self._now.isoformat(),
        }

    def so_far(self) -> str:
        """Say what has become of each stale key."""
        ids: dict[str, list[str]] = {}
        for key_id, fate in self._fate.items():
            ids.setdefault(fate, []).append(key_id)
        said = [f"{fate}: {', '.join(ids[fate])}" for fate in ids]
        nothing = ids.keys() <= {LEFT, GONE}
        return "; ".join([f"no access key was {self._done}", *said] if nothing else said)


def _look(iam: Any, user: User, limits: Limits, now: datetime) -> tuple[User, Rows] | None:
    """Return the user as IAM has it now, and its stale keys by id; None if no user has that id (any more).

    Listing first: a name that passes to another user before GetUser is then noticed. Tags come with the id
    in one answer of GetUser (ListUsers omits them); ListUserTags, by name, could be of another user.
    """
    for pause in PAUSES:
        time.sleep(pause)
        with suppress(iam.exceptions.NoSuchEntityException):
            stale = _stale_keys(iam, user.name, limits, now)
            current = _get_user(iam, user.name)
            if current.user_id == user.user_id:
                return current, stale
        moved = _find_by_id(iam, user.user_id)  # deleted, renamed, or Config was out of date
        if moved is None:
            return None
        user = moved
    raise RuntimeError(f"{user.user_id} kept changing while it was read; run this again.")


def _stale_keys(iam: Any, name: str, limits: Limits, now: datetime) -> Rows:
    """Return what the outputs say of each stale key, by id."""
    stale = {}
    for key in _keys(iam, name):
        # Unread, a key counts as never used: one that is not stale even so need not be asked about.
        used = _last_use(iam, name, key) if is_stale(key, limits, now) else None
        if used is None:
            continue
        when = used.get("LastUsedDate")
        said = f"{when:%Y-%m-%d} by {used['ServiceName']} in {used['Region']}" if when else "never"
        if is_stale(key._replace(last_used=when), limits, now):
            row = {"UserName": name, "AccessKeyId": key.key_id, "AgeDays": (now - key.created).days}
            stale[key.key_id] = {**row, "LastUsed": said}
    return stale


def _keys(iam: Any, name: str) -> list[AccessKey]:
    pages = iam.get_paginator("list_access_keys").paginate(UserName=name)
    listed = [one for page in pages for one in page["AccessKeyMetadata"]]
    return [AccessKey(one["AccessKeyId"], one["Status"], one["CreateDate"]) for one in listed]


def _last_use(iam: Any, name: str, key: AccessKey) -> dict[str, Any] | None:
    """Return what IAM says of the key's last use, or None if the key is gone.

    Asked about a key that does not exist, AWS answers AccessDenied; so the list of keys decides. The question
    about a key that stays listed was refused.
    """
    try:
        used: dict[str, Any] = iam.get_access_key_last_used(AccessKeyId=key.key_id)["AccessKeyLastUsed"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "NoSuchEntity"):
            raise
        for pause in PAUSES:
            time.sleep(pause)
            if key.key_id not in [one.key_id for one in _keys(iam, name)]:
                return None
        raise
    return used


def _find(iam: Any, resource: str) -> User | None:
    """Resolve Config's resource id, or a user name; what looks like an id is never taken as a name."""
    if USER_ID.fullmatch(resource):
        name = _name_in_config(resource)
        return User(resource, name, {}) if name else _find_by_id(iam, resource)
    with suppress(iam.exceptions.NoSuchEntityException):
        return _get_user(iam, resource)
    return None


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
    for _ in range(2):  # a user renamed while the pages are read may stand on none of them
        for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000}):
            for one in page["Users"]:
                if one["UserId"] == user_id:
                    return User(user_id, one["UserName"], {})
    return None


def _get_user(iam: Any, name: str) -> User:
    one = iam.get_user(UserName=name)["User"]
    return User(one["UserId"], one["UserName"], {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])})


def _iam() -> Any:
    """Return a client that retries throttled calls, and gives up within the step's 600 seconds."""
    retries = Config(connect_timeout=10, read_timeout=30, retries={"mode": "adaptive", "max_attempts": 8})
    return boto3.client("iam", config=retries)
