"""What an access key of the embedded account is made of."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class KeySeed:
    """An access key to create.

    Attributes:
        age: how long ago it was created.
        status: ``Active`` or ``Inactive``.
        last_used: how long ago it was used last; None for never.
    """

    age: timedelta
    status: str = "Active"
    last_used: timedelta | None = None
