"""The door: a loopback server that takes calls of processes without credentials and lets reads through."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.exceptions import BotoCoreError

from rulebook.automation.guard import asked as requests
from rulebook.automation.guard import refusals
from rulebook.automation.guard.asked import Asked, NotUnderstood, Wire
from rulebook.automation.guard.forwarding import Answer, Forwarder
from rulebook.automation.guard.refusals import Refusal
from rulebook.automation.guard.services import endpoint_variables
from rulebook.automation.script_process import GUARD_PORT
from rulebook.iam import access_level, action_of, only_reads
from rulebook.iam.actions import hands_out_credentials

MAX_BODY = 1024 * 1024  # bytes; no read asks for as much
_LOOPBACK = "127.0.0.1"


@dataclass
class GuardedCaller:
    """One execution, or one rule, behind the guard.

    Attributes:
        environment: the variables of its processes; what they sign with is worth something to the guard only.
        step: under way, for what is told of a refusal.
        refusals: the calls that were not let through, in their order.
    """

    environment: dict[str, str]
    step: str = ""
    refusals: list[Refusal] = field(default_factory=list)


class ReadOnlyGuard:
    """Lets the reads of processes through, with the credentials of a session; ``with ReadOnlyGuard(...)``.

    Args:
        session: whose account is looked at.
    """

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._forwarder = Forwarder(session)
        self._callers: dict[str, GuardedCaller] = {}
        self._server = _Server((_LOOPBACK, 0), _Handler)
        self._server.guard = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="read-only-guard", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._forwarder.close()

    @contextmanager
    def caller(self) -> Iterator[GuardedCaller]:
        """Let somebody call for the length of the block; nobody else can, and it cannot afterwards."""
        key = f"READONLY{secrets.token_hex(16).upper()}"
        port = self._server.server_port
        environment = {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": "the-read-only-guard-signs",
            "AWS_DEFAULT_REGION": self._session.region_name or "",
            "AWS_REGION": self._session.region_name or "",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # the door has one address
            GUARD_PORT: str(port),
            **endpoint_variables(f"http://{_LOOPBACK}:{port}"),
        }
        one = GuardedCaller({name: value for name, value in environment.items() if value})
        self._callers[key] = one
        try:
            yield one
        finally:
            del self._callers[key]

    def judge(self, wire: Wire) -> Answer:
        """Answer a request."""
        try:
            key, _ = requests.signer(wire)
        except NotUnderstood:
            key = ""
        one = self._callers.get(key)
        if one is None:  # some other process of this machine
            return _error(403, "", "this is no business of yours")
        try:
            asked = requests.read_asked(wire)
        except NotUnderstood as why:
            one.refusals.append(Refusal(one.step, "", "", {}, str(why)))
            return _error(403, "", f"the read-only guard does not understand this request: {why}")
        if not asked.reads:
            return _refuse(one, asked)
        try:
            return self._forwarder.send(asked)
        except BotoCoreError as error:
            return _error(400, asked.protocol, f"the read-only guard could not make this call: {error}")


def _refuse(one: GuardedCaller, asked: Asked) -> Answer:
    reason = _reason(asked)
    refusal = Refusal(one.step, asked.service, asked.operation, refusals.shown_parameters(asked), reason)
    one.refusals.append(refusal)
    message = f"the read-only guard refuses {asked.service} {asked.operation}: {reason}"
    return _error(403, asked.protocol, message)


def _reason(asked: Asked) -> str:
    if hands_out_credentials(asked.service, asked.operation):
        return "its answer holds credentials, with which nobody would look at the calls any more"
    if only_reads(asked.service, asked.operation):
        return "its address can also mean a call that writes"
    level = access_level(action_of(asked.service, asked.operation))
    if level is None:
        return "it is no known action, so it counts as a write"
    return f"AWS classes it as {level}" + (", and yet it acts" if level in ("List", "Read") else "")


def _error(status: int, protocol: str, message: str) -> Answer:
    return Answer(status, *refusals.error_answer(protocol, message))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    guard: ReadOnlyGuard

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that a killed process left behind."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _answer(self) -> None:
        length = self._length()
        if length is None:
            self.close_connection = True
            return self._send(_error(400, "", "the read-only guard wants a body of one plain length"))
        wire = Wire(self.command, self.path, self.headers.items(), self.rfile.read(length))
        return self._send(self.server.guard.judge(wire))

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = _answer  # noqa: N815 - http.server's names

    def _length(self) -> int | None:
        """Return the body's length; None if two readers could see two bodies."""
        lengths = self.headers.get_all("Content-Length", [])
        if self.headers.get_all("Transfer-Encoding") or len(lengths) > 1:
            return None
        text = lengths[0].strip() if lengths else "0"
        return int(text) if text.isascii() and text.isdigit() and int(text) <= MAX_BODY else None

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        lengths = {} if self.command == "HEAD" else {"Content-Length": str(len(answer.body))}
        without = {"content-length"} if lengths else set()
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in without}
        for name, value in {**kept, **lengths}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
        """Say nothing: a refusal is told where it belongs."""
