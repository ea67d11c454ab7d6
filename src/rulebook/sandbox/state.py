"""Save the account's people and password policy to a file, and bring them back.

The file is JSON for people to read and edit. Times are absolute, because the account's now is the real now:
a key saved today is a week older when it is restored next week. Secret keys are not saved; a restored key has
a new one that nobody was told, so that it can be judged, but not called with. Not saved either: passwords,
groups, roles, policies, and whatever was deployed (rules, functions, documents, buckets, stacks); deploy
again after a restore.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from moto.iam.models import AccessKey, AccessKeyLastUsed, User

from rulebook.errors import RulebookError
from rulebook.sandbox import records
from rulebook.sandbox.constants import ACCOUNT_ID, REGION
from rulebook.sandbox.iam.backend import account_iam, last_rotated
from rulebook.sandbox.iam.last_use import recorded

FORMAT = "rulebook-sandbox/1"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_VALIDATOR = Draft202012Validator(
    json.loads(resources.files("rulebook.sandbox").joinpath("state.schema.json").read_text("utf-8"))
)


class StateUnreadable(RulebookError):
    """The state file is not one of an embedded account."""


class StateUnwritable(RulebookError):
    """The state could not be saved."""


def save(path: Path) -> None:
    """Write the state; an older file stays whole until the new one is complete.

    Raises:
        StateUnwritable: the folder or the disk does not take it.
    """
    text = json.dumps(_account(), indent=2, ensure_ascii=False) + "\n"
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StateUnwritable(f"{path}: not saved: {error.strerror}") from error


def restore(path: Path) -> None:
    """Replace the account's people and password policy by those in the file.

    Raises:
        StateUnreadable: the file is missing, is no JSON, or says something impossible; nothing was changed.
    """
    state = _read(path)
    iam = account_iam()
    for name in list(iam.users):
        _remove(iam.users[name])
    for user in state["users"]:
        _restore_user(user)
    iam.account_password_policy = None
    if state["passwordPolicy"] is not None:
        records.set_password_policy(**state["passwordPolicy"])


def _account() -> dict[str, Any]:
    iam = account_iam()
    policy = iam.account_password_policy
    return {
        "format": FORMAT,
        "passwordPolicy": policy and {name: _policy_value(policy, name) for name in records.POLICY_DEFAULTS},
        "users": [_user(user) for _, user in sorted(dict(iam.users).items())],
    }


def _policy_value(policy: Any, name: str) -> Any:
    value = getattr(policy, records.POLICY_ATTRIBUTES[name])
    # moto keeps 0 for a setting that AWS does not have
    return value if isinstance(value, bool) else value or None


def _user(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "id": user.id,
        "path": user.path,
        "created": user.create_date.strftime(_TIME),
        "tags": {tag["Key"]: tag["Value"] for tag in user.tags or []},
        "keys": [_key(key) for key in user.access_keys],
    }


def _key(key: AccessKey) -> dict[str, Any]:
    used = recorded(key)
    return {
        "id": key.access_key_id,
        "status": key.status,
        "created": key.create_date.strftime(_TIME),
        "lastRotated": last_rotated(key).strftime(_TIME),
        "lastUsed": used
        and {"time": used.timestamp.strftime(_TIME), "service": used.service, "region": used.region},
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if wrong := best_match(_VALIDATOR.iter_errors(state)):
            raise wrong
        _check(state["users"])
    except OSError as error:
        raise StateUnreadable(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise StateUnreadable(_complaint(path, f"{error.json_path}: {error.message}")) from error
    except ValueError as error:
        raise StateUnreadable(_complaint(path, str(error))) from error
    return state


def _complaint(path: Path, what: str) -> str:
    line = " ".join(what.split())
    return (
        f"{path}: not the state of an embedded account ({line[:200]}); name another file, or delete this one"
    )


def _check(users: Iterable[dict[str, Any]]) -> None:
    """Raise ValueError for what a schema cannot tell: times that do not exist, anything there twice."""
    users = list(users)
    keys = [key for user in users for key in user["keys"]]
    _once("user name", [user["name"].lower() for user in users])
    _once("user id", [user["id"] for user in users])
    _once("access key id", [key["id"] for key in keys])
    for text in [user["created"] for user in users] + [key["created"] for key in keys]:
        _time(text)
    for key in keys:
        _time(key["lastRotated"])
        if key["lastUsed"]:
            _time(key["lastUsed"]["time"])


def _once(what: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        twice = next(value for value in values if values.count(value) > 1)
        raise ValueError(f"the {what} {twice} is there twice")


def _time(text: str) -> datetime:
    """Return the moment in naive UTC, as moto keeps times."""
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC).replace(tzinfo=None)
    except ValueError as error:
        raise ValueError(f"there is no time {text}") from error


def _remove(user: User) -> None:
    iam = account_iam()
    for key in user.access_keys:
        del iam.access_keys[key.access_key_id]
    iam.tagger.delete_all_tags_for_resource(user.arn)
    del iam.users[user.name]


def _restore_user(saved: dict[str, Any]) -> None:
    iam = account_iam()
    tags = [{"Key": key, "Value": value} for key, value in saved["tags"].items()]
    user = iam.create_user(REGION, saved["name"], saved["path"], tags)
    user.id = saved["id"]
    user.create_date = _time(saved["created"])
    for key in saved["keys"]:
        restored = _restored_key(user, key)
        user.access_keys.append(restored)
        iam.access_keys[restored.access_key_id] = restored


def _restored_key(user: User, saved: dict[str, Any]) -> AccessKey:
    key = AccessKey(user.name, prefix="AKIA", account_id=ACCOUNT_ID, status=saved["status"])
    key.access_key_id = saved["id"]
    key.create_date = _time(saved["created"])
    key.last_rotated = _time(saved["lastRotated"])
    if used := saved["lastUsed"]:
        key.last_used = AccessKeyLastUsed(_time(used["time"]), used["service"], used["region"])
    return key
