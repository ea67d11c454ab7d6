"""What IAM and Config answer for these people: the wire format, made once, so that answering costs no time.

Read-only, and only what the compared programs ask. A test compares the answers with the embedded account's.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from cost.people import Key, Person

ACCOUNT_ID = "123456789012"
NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
DEFAULT_PAGE = 100
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,"
    "access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
NO_KEY = "false,N/A,N/A,N/A,N/A"
NO_PASSWORD, NO_CERTIFICATES = "false,N/A,N/A,N/A,false", "false,N/A,false,N/A"
USED_FOR, USED_IN = "s3", "us-east-1"


class Answer(NamedTuple):
    """A response: status, content type, body."""

    status: int
    content_type: str
    body: bytes


class Iam:
    """The account's IAM.

    Args:
        people: ordered by name.
        now: when the credential report was made, too.
    """

    def __init__(self, people: Sequence[Person], now: datetime) -> None:
        self._users = [_user(person) for person in people]
        self._keys = {person.name: _key_list(person) for person in people}
        self._by_name = {person.name: user for person, user in zip(people, self._users, strict=True)}
        self._uses = {key.key_id: _last_use(person, key) for person in people for key in person.keys}
        self._report = _report(people, now)
        self._operations: dict[str, Callable[[Mapping[str, str]], str | None]] = {
            "GenerateCredentialReport": lambda _: "<State>COMPLETE</State>",
            "GetCredentialReport": lambda _: self._report,
            "ListUsers": self._list_users,
            "ListAccessKeys": lambda sent: self._keys.get(sent["UserName"]),
            "GetUser": lambda sent: self._by_name.get(sent["UserName"]),
            "GetAccessKeyLastUsed": lambda sent: self._uses.get(sent["AccessKeyId"]),
        }

    def answer(self, sent: Mapping[str, str]) -> Answer:
        """Answer a request of the query protocol."""
        action = sent["Action"]
        if action not in self._operations:
            return _error(400, "InvalidAction", f"{action} is not served here.")
        result = self._operations[action](sent)
        if result is None:
            named = sent.get("UserName") or sent.get("AccessKeyId")
            return _error(404, "NoSuchEntity", f"{named} cannot be found.")
        if action == "GetUser":
            result = f"<User>{result}</User>"
        body = f"<{action}Result>{result}</{action}Result>"
        body = f'<{action}Response xmlns="{NAMESPACE}">{body}</{action}Response>'
        return Answer(200, "text/xml", body.encode())

    def _list_users(self, sent: Mapping[str, str]) -> str:
        start, most = int(sent.get("Marker", 0)), int(sent.get("MaxItems", DEFAULT_PAGE))
        members = _members(self._users[start : start + most])
        more = start + most < len(self._users)
        marker = f"<Marker>{start + most}</Marker>" if more else ""
        return f"<Users>{members}</Users><IsTruncated>{str(more).lower()}</IsTruncated>{marker}"


def config_answer(operation: str) -> Answer:
    """Answer a request to Config, as for a rule that is evaluated for the first time."""
    results = {"PutEvaluations": "FailedEvaluations", "GetComplianceDetailsByConfigRule": "EvaluationResults"}
    if operation not in results:
        return Answer(400, "application/json", json.dumps({"__type": "InvalidAction"}).encode())
    return Answer(200, "application/x-amz-json-1.1", json.dumps({results[operation]: []}).encode())


def _error(status: int, code: str, message: str) -> Answer:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return Answer(status, "text/xml", f'<ErrorResponse xmlns="{NAMESPACE}">{error}</ErrorResponse>'.encode())


def _members(items: Iterable[str]) -> str:
    return "".join(f"<member>{item}</member>" for item in items)


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _arn(person: Person) -> str:
    return f"arn:aws:iam::{ACCOUNT_ID}:user/{person.name}"


def _user(person: Person) -> str:
    return (
        f"<Path>/</Path><UserName>{person.name}</UserName><UserId>{person.user_id}</UserId>"
        f"<Arn>{_arn(person)}</Arn><CreateDate>{_time(person.created)}</CreateDate>"
    )


def _key_list(person: Person) -> str:
    keys = (
        f"<UserName>{person.name}</UserName><AccessKeyId>{key.key_id}</AccessKeyId>"
        f"<Status>{key.status}</Status><CreateDate>{_time(key.created)}</CreateDate>"
        for key in person.keys
    )
    return f"<AccessKeyMetadata>{_members(keys)}</AccessKeyMetadata><IsTruncated>false</IsTruncated>"


def _last_use(person: Person, key: Key) -> str:
    when = f"<LastUsedDate>{_time(key.last_used)}</LastUsedDate>" if key.last_used else ""
    service, region = (USED_FOR, USED_IN) if key.last_used else ("N/A", "N/A")
    use = f"{when}<ServiceName>{service}</ServiceName><Region>{region}</Region>"
    return f"<UserName>{person.name}</UserName><AccessKeyLastUsed>{use}</AccessKeyLastUsed>"


def _report(people: Sequence[Person], now: datetime) -> str:
    root = f"<root_account>,arn:aws:iam::{ACCOUNT_ID}:root,{_cell(people[0].created)},not_supported"
    root += f",no_information,not_supported,not_supported,true,{NO_KEY},{NO_KEY},{NO_CERTIFICATES}"
    content = b64encode("\n".join([COLUMNS, root, *map(_row, people)]).encode()).decode()
    made = f"<GeneratedTime>{_time(now)}</GeneratedTime>"
    return f"<Content>{content}</Content><ReportFormat>text/csv</ReportFormat>{made}"


def _row(person: Person) -> str:
    first, second = [*map(_key_cells, person.keys), NO_KEY, NO_KEY][:2]
    head = f"{person.name},{_arn(person)},{_cell(person.created)}"
    return f"{head},{NO_PASSWORD},{first},{second},{NO_CERTIFICATES}"


def _key_cells(key: Key) -> str:
    use = f"{_cell(key.last_used)},{USED_IN},{USED_FOR}" if key.last_used else "N/A,N/A,N/A"
    return f"{str(key.active).lower()},{_cell(key.rotated)},{use}"


def _cell(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}+00:00"
