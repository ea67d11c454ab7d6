"""What the account remembers of evaluations and remediations: one ``State`` for each account and region."""

import threading
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.config.models import config_backends

Key = tuple[str, str]  # (resource type, resource id)


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@dataclass
class Result:
    """What a rule reported of one resource; ``ordering`` is its word on when, the rest Config's."""

    compliance: str
    annotation: str
    ordering: datetime
    recorded: datetime
    invoked: datetime


@dataclass
class Invocation:
    """One evaluation: the token that its function reports with, and whether it has reported."""

    rule: str
    token: str
    invoked: datetime
    reported: bool = False
    ended: bool = False


@dataclass
class EvaluationStatus:
    """When a rule last succeeded and last failed."""

    activated: datetime
    invoked: datetime | None = None
    succeeded_invocation: datetime | None = None
    failed_invocation: datetime | None = None
    succeeded: datetime | None = None
    failed: datetime | None = None
    error_code: str = ""
    error_message: str = ""


@dataclass
class RemediationStep:
    """One step of a remediation, in Config's words."""

    name: str
    state: str
    error: str = ""
    started: datetime | None = None
    ended: datetime | None = None


@dataclass
class Run:
    """The latest remediation of one resource."""

    invoked: datetime
    updated: datetime
    state: str = "QUEUED"
    steps: list[RemediationStep] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """Whether it has not ended."""
        return self.state in {"QUEUED", "IN_PROGRESS"}


@dataclass
class Waiver:
    """A remediation exception: the resource is not remedied automatically until it expires."""

    message: str
    expires: datetime | None = None


@dataclass
class Rule:
    """Everything about one rule that moto does not keep."""

    status: EvaluationStatus
    results: dict[Key, Result] = field(default_factory=dict)
    running: Invocation | None = None
    remediation: dict[str, Any] | None = None
    runs: dict[Key, Run] = field(default_factory=dict)
    waivers: dict[Key, Waiver] = field(default_factory=dict)
    failures: dict[Key, list[datetime]] = field(default_factory=dict)


@dataclass
class State:
    """Of one account and region.

    ``users`` is what Config recorded of IAM: names by id. ``items`` is what was recorded by hand.
    """

    rules: dict[str, Rule] = field(default_factory=dict)
    invocations: dict[str, Invocation] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    items: dict[Key, dict[str, Any]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    def rule(self, name: str) -> Rule:
        """Return what is known of a rule, beginning now if nothing is."""
        with self.lock:
            return self.rules.setdefault(name, Rule(EvaluationStatus(activated=now())))


def config_state(account_id: str, region: str) -> State:
    """Return the state of one account and region.

    It hangs on moto's backend: a reset of the account empties the backend's attributes, and this with them.
    """
    backend = config_backends[account_id][region]
    state: State = vars(backend).setdefault("rulebook_state", State())
    return state


def aged_records(value: Any, by: timedelta) -> Any:
    """Return the same records, every time in them moved back (docs/adr/0006); dataclasses change in place."""
    if isinstance(value, datetime):
        return value - by
    if isinstance(value, dict):
        return {key: aged_records(one, by) for key, one in value.items()}
    if isinstance(value, list):
        return [aged_records(one, by) for one in value]
    if is_dataclass(value):
        for part in fields(value):
            setattr(value, part.name, aged_records(getattr(value, part.name), by))
    return value
