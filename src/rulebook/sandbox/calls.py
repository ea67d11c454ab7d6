"""The log of every API call that the embedded account answered, as CloudTrail would keep it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

ADMIN = "admin"
ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Call:
    """One answered call.

    Attributes:
        service: as the client signs it, for example ``iam``.
        operation: for example ``ListUsers``.
        principal: the ARN of the role or user who called, ``admin``, ``anonymous`` if unsigned, or the access
            key id if nobody has it.
        error_code: AWS's code of the error answered; None for a success.
    """

    service: str
    operation: str
    principal: str
    error_code: str | None


class CallLog(Sequence[Call]):
    """Every call in the order of the answers; safe to read while the server goes on."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Note a call."""
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Forget every call."""
        with self._lock:
            self._calls.clear()

    def __len__(self) -> int:
        return len(self._calls)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        with self._lock:
            return self._calls[index]

    def __repr__(self) -> str:
        return f"CallLog({self[:]!r})"
