"""The function's remaining time: running out of it is said, not suffered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

RESERVE = 5.0  # seconds for rdklib to read the old results and to report the new ones
RESERVE_A_USER = 0.002  # a hundred users a call, and rdklib looks each up among all of them


class OutOfTime(RuntimeError):
    """The function would end before every user is judged; nothing was reported."""


class Deadline(NamedTuple):
    """When the rule must have judged.

    Attributes:
        remaining_milliseconds: Lambda's ``context.get_remaining_time_in_millis``; None: no end.
    """

    remaining_milliseconds: Callable[[], int] | None = None

    def seconds_left(self) -> float:
        """Return the time left, endless where nothing ends the rule."""
        return self.remaining_milliseconds() / 1000 if self.remaining_milliseconds else math.inf

    def check(self, done: int, users: int) -> None:
        """Raise if the time left is needed for reporting.

        Args:
            done: how many users are judged.
            users: how many there are, as far as is known.

        Raises:
            OutOfTime: names how far the rule came and what cures it.
        """
        left = self.seconds_left()
        if left < RESERVE + RESERVE_A_USER * users:
            raise OutOfTime(
                f"ACCESS_KEYS_ROTATED_CUSTOM has judged {done} of {users} users and stops with {left:.1f}"
                " seconds left; nothing was reported. Give it more time with"
                " `rdk deploy ACCESS_KEYS_ROTATED_CUSTOM --lambda-timeout 900`, or set ageBasis to"
                " LastRotated, which reads only the keys of users whom the credential report flags."
            )
