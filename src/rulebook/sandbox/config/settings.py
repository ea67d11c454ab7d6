"""What the embedded account does faster than AWS, and what a test may hold back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Settings:
    """How waits and remediation behave.

    Attributes:
        wait_scale: part of every documented wait that is really waited: before Lambda's retries, and between
            two attempts of a remediation. 1.0 is AWS's own pace.
        remediation_allowed: while cleared, remediations stay QUEUED.
    """

    wait_scale: float = 0.002
    remediation_allowed: threading.Event = field(default_factory=threading.Event)


current = Settings()
current.remediation_allowed.set()


@contextmanager
def remediation_held() -> Iterator[None]:
    """Keep every remediation QUEUED for the length of the block.

    AWS remedies by "the last known compliance data snapshot", so automatic remediation may meet a resource
    that has changed since (API reference of PutRemediationConfigurations). Evaluate and change the resource
    inside the block: what was queued then runs on a stale snapshot.
    """
    current.remediation_allowed.clear()
    try:
        yield
    finally:
        current.remediation_allowed.set()
