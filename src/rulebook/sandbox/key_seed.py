"""What the credentials of a user of the embedded account are made of."""

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


@dataclass(frozen=True)
class PasswordSeed:
    """A password (a login profile) to create.

    Attributes:
        age: how long ago it was set.
        last_used: how long ago somebody signed in with it; None for never.
    """

    age: timedelta
    last_used: timedelta | None = None
