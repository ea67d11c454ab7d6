"""An IAM account in this process (moto); each API call can be counted, failed, or raced. No tests in here."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import AccessKeyLastUsed, iam_backends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LARGEST_PAGE = 1000  # of ListUsers, which gives 100 unless asked for more
NAMED_CALLS = {
    "ListAccessKeys",
    "DeleteAccessKey",
    "UpdateAccessKey",
    "GetUser",
}  # act on the caller unless named


@dataclass(frozen=True)
class Key:
    """An access key to be, in days or exact spans before now."""

    age: timedelta
    status: str = "Active"
    last_used: timedelta | None = None


def key(days: float, used: float | None = None, status: str = "Active") -> Key:
    """Return a key created, and last used, so many days ago."""
    return Key(timedelta(days=days), status, None if used is None else timedelta(days=used))


class Account:
    """The account.

    Attributes:
        calls: the operations called since the account began or the list was cleared.
    """

    def __init__(self, session: boto3.Session) -> None:
        self.calls: list[str] = []
        self._session = session
        self._backend = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
        self._hooks: list[tuple[str, str, int, Callable[[], Any]]] = []
        self._refused: set[str] = set()
        self._at_call: dict[int, Callable[[], Any]] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._ids = iter(f"AIDA{number:017d}" for number in range(10**6))
        session.events.register("before-call", self._before_call)
        session.events.register("after-call", self._after_call)
        self.config_knows({})

    def add(
        self, name: str, keys: Sequence[Key] = (), tags: Mapping[str, str] | None = None, user_id: str = ""
    ) -> str:
        """Create a user and return its id; moto's ids are not ``AIDA...``, AWS's are."""
        listed = [{"Key": tag, "Value": value} for tag, value in (tags or {}).items()]
        user = self._backend.create_user("us-east-1", name, tags=listed)
        user.id = user_id or next(self._ids)
        user.create_date = datetime(2011, 1, 1)  # noqa: DTZ001 - moto's own times are naive; older than any key
        for one in keys:
            self.add_key(name, one)
        return str(user.id)

    def add_key(self, name: str, seed: Key) -> str:
        """Give the user a key and return its id."""
        made = self._backend.create_access_key(name, "AKIA", status=seed.status)
        now = datetime.now(UTC).replace(tzinfo=None)
        made.create_date = now - seed.age
        if seed.last_used is not None:
            made.last_used = AccessKeyLastUsed(now - seed.last_used, "s3", "us-east-1")
        return str(made.access_key_id)

    def keys(self, name: str) -> dict[str, str]:
        """Return the status of each of the user's keys, by id."""
        return {one.access_key_id: one.status for one in self._backend.users[name].access_keys}

    def secrets(self, name: str) -> list[str]:
        """Return the secret of each of the user's keys."""
        return [one.secret_access_key for one in self._backend.users[name].access_keys]

    def users(self) -> list[Any]:
        """Return the backend's users."""
        return list(self._backend.users.values())

    def delete_key(self, key_id: str) -> None:
        """Delete a key by hand."""
        self._backend.delete_access_key_by_name(key_id)

    def set_status(self, name: str, key_id: str, status: str) -> None:
        """Switch a key on or off by hand."""
        self._backend.users[name].update_access_key(key_id, status)

    def use(self, key_id: str) -> None:
        """Let the key be used now."""
        now = datetime.now(UTC).replace(tzinfo=None)
        self._backend.access_keys[key_id].last_used = AccessKeyLastUsed(now, "ec2", "us-east-1")

    def tag(self, name: str, tag: str, value: str) -> None:
        """Tag a user."""
        self._backend.tag_user(name, [{"Key": tag, "Value": value}])

    def delete_user(self, name: str) -> None:
        """Delete a user with all of its keys."""
        for key_id in self.keys(name):
            self.delete_key(key_id)
        del self._backend.users[name]

    def rename(self, name: str, new: str) -> None:
        """Rename a user; moto forgets to carry the keys and the tags over, AWS does not."""
        user = self._backend.users[name]
        tags = user.tags or []
        self._backend.update_user(name, new_user_name=new)
        self._backend.tag_user(new, tags)
        for one in user.access_keys:
            one.user_name = new

    def config_knows(self, names: Mapping[str, str]) -> None:
        """Let AWS Config know these users: names by id (moto's Config knows of no users)."""
        self._names = dict(names)

    def before(self, operation: str, act: Callable[[], Any], nth: int = 1) -> None:
        """Do something right before the nth call from now; a `response` that it returns replaces AWS's."""
        self._hook("before", operation, act, nth)

    def after(self, operation: str, act: Callable[[], Any], nth: int = 1) -> None:
        """Do something right after the nth call of the operation from now."""
        self._hook("after", operation, act, nth)

    def fail(self, operation: str, code: str, nth: int = 1) -> None:
        """Let the nth call of the operation from now fail."""
        self.before(operation, lambda: response(403, {"Error": {"Code": code, "Message": "no"}}), nth)

    def lose_answers(self, operation: str, act: Callable[[], Any], times: int = 1) -> None:
        """Do something when a request arrives and answer with a server error, which botocore retries."""
        left = iter(range(times))

        def arrived(**_: Any) -> Any:
            if next(left, None) is None:
                return None
            act()
            headers: Any = HeadersDict()
            return AWSResponse("https://iam.amazonaws.com", 500, headers, _NoBody())

        events: Any = self._session.events
        events.register_first(f"before-send.iam.{operation}", arrived)

    def after_call_number(self, number: int, act: Callable[[], Any]) -> None:
        """Do something right after so many calls, whatever they are (never if 0)."""
        self._at_call = {number: act}

    def refuse(self, operation: str) -> None:
        """Deny every call of the operation from now."""
        self._refused.add(operation)

    def _hook(self, when: str, operation: str, act: Callable[[], Any], nth: int) -> None:
        self._hooks.append((when, operation, self._seen.get((when, operation), 0) + nth, act))

    def _before_call(self, model: Any, params: Any, **_: Any) -> Any:
        self.calls.append(model.name)
        if model.name in NAMED_CALLS:
            require(params["body"].get("UserName"), f"{model.name} without a UserName acts on the caller")
        if model.name == "ListUsers":
            require(
                params["body"].get("MaxItems") == LARGEST_PAGE,
                "ListUsers gives 100 a page unless asked for 1,000",
            )
        replaced = self._run("before", model.name)
        if model.name in self._refused:
            return response(403, {"Error": {"Code": "AccessDenied", "Message": "no"}})
        if replaced is None and model.name == "ListDiscoveredResources":
            return response(200, {"resourceIdentifiers": self._discovered(params["body"].decode())})
        return replaced

    def _discovered(self, body: str) -> list[dict[str, str]]:
        return [
            {"resourceType": "AWS::IAM::User", "resourceId": one, "resourceName": name}
            for one, name in self._names.items()
            if one in body
        ]

    def _after_call(self, model: Any, **_: Any) -> None:
        self._run("after", model.name)
        self._at_call.pop(len(self.calls), lambda: None)()

    def _run(self, when: str, operation: str) -> Any:
        self._seen[when, operation] = number = self._seen.get((when, operation), 0) + 1
        results = [act() for hook in self._hooks if hook[:3] == (when, operation, number) for act in hook[3:]]
        return next((one for one in results if isinstance(one, tuple)), None)


def require(condition: object, what: str) -> None:
    """Fail the test, whatever the code under test catches of errors."""
    if not condition:
        pytest.fail(what)


def response(status: int, parsed: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return an answer as botocore parses it."""
    return SimpleNamespace(status_code=status), {"ResponseMetadata": {"HTTPStatusCode": status}, **parsed}


class _NoBody:
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield b""


@contextmanager
def open_account() -> Iterator[Account]:
    """Open an empty account; ``boto3.client`` makes clients of it."""
    before = boto3.DEFAULT_SESSION
    with mock_aws():
        boto3.setup_default_session(region_name="us-east-1")
        session: Any = boto3.DEFAULT_SESSION
        try:
            yield Account(session)
        finally:
            boto3.DEFAULT_SESSION = before
