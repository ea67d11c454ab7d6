# ruff: noqa: INP001 - a module beside tests, no package
"""The wire between this process's clients and the embedded account: every call seen, any interfered with.

Faults strike below botocore's retries (``before-send``), so that its own logic decides what becomes of them.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from unittest.mock import patch

import boto3
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from botocore.retries.bucket import TokenBucket

from faults.direct import Body

Act = Callable[[], object]
Send = Callable[[Any], AWSResponse]
ALWAYS = 10**6  # attempts


class Spot(NamedTuple):
    """One call of a run: the nth of its operation (from 1)."""

    operation: str  # for example iam:ListUsers
    nth: int

    def __str__(self) -> str:
        return f"{self.operation} {self.nth}"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call.

    Attributes:
        name: for people.
        attempts: how many attempts it strikes, from the first; botocore may make another.
        code: AWS's error code; empty where no answer comes.
        status: of the answer.
        heard: AWS carries the request out before the answer is lost.
        dropped: the connection is closed; else no answer comes in time.
        unsent: no connection is made.
    """

    name: str
    attempts: int = ALWAYS
    code: str = ""
    status: int = 400
    heard: bool = False
    dropped: bool = False
    unsent: bool = False

    def strike(self, request: Any, service: str, send: Send) -> AWSResponse:
        """Answer instead of AWS, or raise what botocore's HTTP client would."""
        if self.code:
            return _error(request.url, service, self.code, self.status)
        if self.heard:
            send(request)
        if self.unsent:
            raise EndpointConnectionError(endpoint_url=request.url)
        if self.dropped:
            raise ConnectionClosedError(endpoint_url=request.url)
        raise ReadTimeoutError(endpoint_url=request.url)


FAULTS = (
    Fault("denied", code="AccessDenied", status=403),
    Fault("expired", code="ExpiredToken", status=403),
    Fault("thr x1", 1, "Throttling"),
    Fault("thr x2", 2, "Throttling"),
    Fault("thr on", code="Throttling"),
    Fault("500 x1", 1, "ServiceFailure", 500),
    Fault("500 on", code="ServiceFailure", status=500),
    Fault("slow x1", 1),
    Fault("slow on"),
    Fault("cut x1", 1, dropped=True),
    Fault("cut on", dropped=True),
    Fault("lost x1", 1, heard=True),
    Fault("lost on", heard=True),
)


class Wire:
    """Sees every call of a session's clients.

    Attributes:
        spots: the calls since `clear`, in order.
        struck: how many attempts a fault struck.
        on_send: told of each attempt, with its body, right before it is made.
    """

    def __init__(self, session: boto3.Session, send: Send) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._here = threading.local()
        self.clear()
        events: Any = session.events
        events.register("before-call", self._before_call)
        events.register("after-call", self._after_call)
        events.register_first("before-send", self._before_send)

    def clear(self) -> None:
        """Forget everything seen and everything planned."""
        self.spots: list[Spot] = []
        self.struck = 0
        self._nth: Counter[str] = Counter()
        self._fault: tuple[Spot | None, Fault] = (None, FAULTS[0])
        self._attempts = 0
        self._before: dict[Spot, Act] = {}
        self._after: dict[Spot, Act] = {}
        self.on_send: Callable[[Spot, str], None] = lambda spot, body: None  # noqa: ARG005 - sees nothing

    def fail(self, spot: Spot, fault: Fault) -> None:
        """Let a call go wrong."""
        self._fault = (spot, fault)

    def before(self, spot: Spot, act: Act) -> None:
        """Do something right before a call."""
        self._before[spot] = act

    def after(self, spot: Spot, act: Act) -> None:
        """Do something right after a call."""
        self._after[spot] = act

    def _before_call(self, model: Any, **_: Any) -> None:
        operation = f"{model.service_model.signing_name}:{model.name}"
        with self._lock:
            self._nth[operation] += 1
            spot = Spot(operation, self._nth[operation])
            self.spots.append(spot)
        self._before.pop(spot, _nothing)()
        self._here.spot = spot  # attempts are made in the thread of their call

    def _after_call(self, **_: Any) -> None:
        self._after.pop(self._here.spot, _nothing)()

    def _before_send(self, request: Any, **_: Any) -> AWSResponse:
        target, fault = self._fault
        spot: Spot = self._here.spot
        body = request.body or b""
        self.on_send(spot, body.decode() if isinstance(body, bytes) else str(body))
        if spot != target or self._attempts >= fault.attempts:
            return self._send(request)
        self._attempts += 1
        self.struck += 1
        return fault.strike(request, spot.operation.partition(":")[0], self._send)


def _nothing() -> None:
    pass


def _error(url: str, service: str, code: str, status: int) -> AWSResponse:
    """Return an error in the words of a service's protocol."""
    if service == "config":
        named = {"ServiceFailure": "InternalFailure"}.get(code, f"{code}Exception")
        text = json.dumps({"__type": named, "message": f"{named}, says {service}."})
    else:
        error = f"<Error><Code>{code}</Code><Message>{code}, says {service}.</Message></Error>"
        text = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
    headers: Any = HeadersDict({"x-amzn-requestid": "1"})
    return AWSResponse(url, status, headers, Body(text.encode()))


@contextmanager
def nobody_waits() -> Iterator[list[float]]:
    """Let no time pass between attempts; yields the seconds that were asked for."""
    pauses: list[float] = []
    with (
        patch("time.sleep", pauses.append),
        # The client's own brake after a throttled call: it decides when to send, not whether.
        patch.object(TokenBucket, "acquire", lambda *_, **__: True),
    ):
        yield pauses
