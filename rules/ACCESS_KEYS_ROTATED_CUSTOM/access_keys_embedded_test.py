"""An embedded account for the tests: moto, where it is kinder than AWS made as AWS is. No tests in here.

moto 5.2.5 does not page ListUsers, has user ids that no IAM would give and a report without a root row,
generated in 2015 and never stale; PutEvaluations and GetComplianceDetailsByConfigRule are not there as a
function needs them.
"""

from __future__ import annotations

import copy
import json
import os
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch
from urllib.parse import parse_qs

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws
from moto.config.responses import ConfigResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.iam.responses import IamResponse

from ACCESS_KEYS_ROTATED_CUSTOM import lambda_handler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

COLUMNS = (
    "user,arn,user_creation_time,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,additional_credentials_info"
)
LONG_AGO = "2011-01-01T00:00:00+00:00"
ROOT = f"<root_account>,arn:aws:iam::123456789012:root,{LONG_AGO},true,{LONG_AGO},N/A,false,N/A,N/A,N/A"
NO_KEY = "false,N/A,N/A"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}


def environment() -> dict[str, str]:
    """Return this process's environment without an account: the shell's may lead elsewhere."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | ENVIRONMENT


@dataclass(frozen=True)
class Key:
    """A key to seed; times are days ago. ``rotated`` is what the report says, else when it was created."""

    age: float
    status: str = "Active"
    used: float | None = None
    rotated: float | None = None


@dataclass
class Context:
    """Lambda's context, as far as the rule looks at it."""

    milliseconds: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left."""
        return self.milliseconds


class EmbeddedAccount:
    """One account, for as long as a ``with`` block lasts.

    Attributes:
        calls: how often each operation of IAM was called.
        reported: the evaluations that reached Config, by user name.
        pauses: the seconds that the rule, and botocore between attempts, wanted to wait; nobody waits.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.attempts: Counter[str] = Counter()  # botocore's own retries among them
        self.evaluations = 0  # that reached Config
        self.earlier_names: dict[str, str] = {}  # by name: under which a user stands on an earlier page too
        self.hidden: dict[str, int] = {}  # by user name: which listing of all users misses it, from 1
        self.reported: dict[str, tuple[str, str]] = {}
        self.pauses: list[float] = []
        self.put = 0
        self.config_refuses: list[dict[str, str]] = []  # FailedEvaluations of each PutEvaluations
        self.now = datetime.now(UTC)
        self._hooks: dict[str, list[Callable[[str], str | None]]] = defaultdict(list)
        self._rotated: dict[str, datetime] = {}
        self._listings = 0
        self._report, self._generated = "", self.now
        self._names: dict[str, str] = {}
        self._lock = threading.Lock()
        self._patches: list[Any] = [
            patch.dict("os.environ", environment(), clear=True),
            mock_aws(),
            patch.object(boto3, "DEFAULT_SESSION", None),
            patch("time.sleep", self.pauses.append),
            patch.object(IamResponse, "list_users", _method(self._list_users)),
            patch.object(
                IamResponse, "generate_credential_report", lambda _: ActionResult({"State": "COMPLETE"})
            ),
            patch.object(IamResponse, "get_credential_report", lambda _: self._get_report()),
            patch.object(ConfigResponse, "put_evaluations", _method(self._put)),
            patch.object(
                ConfigResponse,
                "get_compliance_details_by_config_rule",
                lambda _: json.dumps({"EvaluationResults": []}),
                create=True,
            ),
        ]

    def __enter__(self) -> Self:
        for one in self._patches:
            one.start()
        self.backend = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
        boto3.setup_default_session()
        events: Any = boto3._get_default_session().events  # rdklib's clients come of this session
        events.register_first("before-send.iam", self._before_send)
        events.register("before-call.iam", self._count)
        return self

    def __exit__(self, *_: object) -> None:
        for one in reversed(self._patches):
            one.stop()

    def add_user(
        self, name: str, *keys: Key, age: float = 4000, tags: Mapping[str, str] | None = None, path: str = "/"
    ) -> str:
        """Seed a user straight into moto's backend; return its id."""
        listed = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        user = self.backend.create_user("us-east-1", name, path, listed)
        user.id = f"AIDA{len(self._names):016d}"
        user.create_date = self.ago(age)
        self._names[user.id] = name
        for key in keys:
            self._add_key(user, key)
        return str(user.id)

    def _add_key(self, user: Any, key: Key) -> None:
        made = user.create_access_key(prefix="AKIA", status=key.status)
        made.create_date = self.ago(key.age)
        if key.used is not None:
            made.last_used = self._use(key.used)
        if key.rotated is not None:
            self._rotated[made.access_key_id] = self.ago(key.rotated)

    def use(self, name: str, days: float) -> None:
        """Have every key of the user used that many days ago."""
        for key in self.backend.users[name].access_keys:
            key.last_used = self._use(days)

    def _use(self, days: float) -> AccessKeyLastUsed:
        return AccessKeyLastUsed(self.ago(days), "s3", "us-east-1")

    def ago(self, days: float) -> datetime:
        """Return the time that many days ago, as moto keeps times: in UTC without saying so."""
        return (self.now - timedelta(days=days)).replace(tzinfo=None)

    def key_ids(self, name: str) -> list[str]:
        """Return the ids of the user's keys."""
        return [str(key.access_key_id) for key in self.backend.users[name].access_keys]

    def make_report(self, hours: float = 1) -> None:
        """Take the credential report's snapshot now, and date it some hours back."""
        rows = [self.row(name) for name in self.backend.users]
        self._report = "\n".join([COLUMNS, ROOT, *rows])
        self._generated = self.now - timedelta(hours=hours)

    def row(self, name: str) -> str:
        """Return a user's row of the report."""
        user = self.backend.users[name]
        keys = [
            f"{'true' if key.status == 'Active' else 'false'}"
            f",{stamp(self._rotated.get(key.access_key_id, key.create_date))}"
            f",{stamp(key.last_used.timestamp) if key.last_used else 'N/A'}"
            for key in user.access_keys
        ]
        shown = [*keys, NO_KEY, NO_KEY][:2]  # a quota can be raised, the report's columns not
        more = f"{len(keys) - 2} more" if len(keys) > len(shown) else "N/A"
        return ",".join([user.name, user.arn, stamp(user.create_date), *shown, more])

    def edit_report(self, old: str, new: str) -> None:
        """Make the report with something else in it."""
        self.make_report()
        assert old in self._report
        self._report = self._report.replace(old, new)

    def on(self, operation: str, hook: Callable[[str], str | None]) -> None:
        """Run a hook before each attempt at an operation; it gets the UserName, may return an error code."""
        self._hooks[operation].append(hook)

    def forget(self) -> None:
        """Forget the hooks, and what was counted."""
        self._hooks.clear()
        self.calls.clear()
        self.attempts.clear()
        self.pauses.clear()

    def fail(self, operation: str, *codes: str) -> None:
        """Answer the first attempts at an operation with these error codes."""
        left = list(codes)
        self.on(operation, lambda _: left.pop(0) if left else None)

    def evaluate(
        self, parameters: Mapping[str, Any] | None = None, context: Context | None = None
    ) -> dict[str, tuple[str, str]]:
        """Run the function; return what reached Config: compliance and annotation by user name."""
        self.reported = {}
        if not self._report:
            self.make_report()
        lambda_handler(self.event(parameters), context or Context())
        return self.reported

    @staticmethod
    def event(parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the event of a scheduled invocation."""
        invoking = {
            "messageType": "ScheduledNotification",
            "notificationCreationTime": "2026-01-01T00:00:00.000Z",
        }
        return {
            "invokingEvent": json.dumps(invoking),
            "ruleParameters": json.dumps({"AssumeRoleMode": "False", **(parameters or {})}),
            "executionRoleArn": "arn:aws:iam::123456789012:role/config",
            "resultToken": "token",
            "configRuleName": "ACCESS_KEYS_ROTATED_CUSTOM",
        }

    def name_of(self, user_id: str) -> str:
        """Return the name that the user has now."""
        return next((user.name for user in self.backend.users.values() if user.id == user_id), user_id)

    def _count(self, model: Any, **_: Any) -> None:
        with self._lock:
            self.calls[model.name] += 1

    def _before_send(self, request: Any, **_: Any) -> AWSResponse | None:
        sent = {name: values[0] for name, values in parse_qs(as_text(request.body)).items()}
        with self._lock:
            self.attempts[sent["Action"]] += 1
            hooks = self._hooks[sent["Action"]] + self._hooks["*"]
        answers = [hook(sent.get("UserName", "")) for hook in hooks]  # outside the lock: one may hang
        code = next((answer for answer in answers if answer), None)
        return error_response(request.url, code) if code else None

    def _list_users(self, response: Any) -> ActionResult:
        self._listings += not response._get_param("Marker")
        earlier = [_renamed(self.backend.users[now], before) for now, before in self.earlier_names.items()]
        users = earlier + [
            user for user in self.backend.users.values() if self.hidden.get(user.name) != self._listings
        ]
        start, size = int(response._get_param("Marker") or 0), int(response._get_param("MaxItems") or 100)
        if start + size < len(users):
            more = {"IsTruncated": True, "Marker": str(start + size)}
        else:
            more = {"IsTruncated": False}
        return ActionResult({"Users": users[start : start + size], **more})

    def _get_report(self) -> ActionResult:
        return ActionResult(
            {"Content": self._report, "ReportFormat": "text/csv", "GeneratedTime": self._generated}
        )

    def _put(self, response: Any) -> str:
        self.put += 1
        self.evaluations += len(response._get_param("Evaluations"))
        for one in response._get_param("Evaluations"):
            assert one["ComplianceResourceType"] == "AWS::IAM::User"
            name = self.name_of(one["ComplianceResourceId"])
            self.reported[name] = (one["ComplianceType"], one["Annotation"])
        return json.dumps({"FailedEvaluations": self.config_refuses})


def _renamed(user: Any, name: str) -> Any:
    other = copy.copy(user)
    other.name = name
    return other


def _method(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make a function of what is bound already, so that a class binds it again."""
    return lambda response: function(response)  # noqa: PLW0108 - that is what it is for


def stamp(when: datetime) -> str:
    """Write a time as the report does."""
    return f"{when:%Y-%m-%dT%H:%M:%S}+00:00"


def as_text(body: Any) -> str:
    """Return a request's body, of whichever kind botocore made it."""
    return body.decode() if isinstance(body, bytes) else str(body)


class _Raw:
    """What is left of a connection once its body was read."""

    def __init__(self, body: str) -> None:
        self._body = body.encode()

    def stream(self, *_: Any, **__: Any) -> Iterable[bytes]:
        """Return the body."""
        yield self._body


def error_response(url: str, code: str) -> AWSResponse:
    """Return an error as IAM words it."""
    status = {"ServiceFailure": 500, "AccessDenied": 403}.get(code, 400)
    error = f"<Error><Code>{code}</Code><Message>{code}, says IAM.</Message></Error>"
    return AWSResponse(url, status, HTTPHeaders(), _Raw(f"<ErrorResponse>{error}</ErrorResponse>"))
