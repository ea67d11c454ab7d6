"""What a check of the account found."""

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warning", "error", "could-not-check"]

WORST_FIRST: tuple[Level, ...] = ("error", "warning", "could-not-check", "ok")


# With these, no further check could see anything: the command ends.
NO_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


@dataclass(frozen=True)
class Diagnosis:
    """One line a person can act on.

    Attributes:
        level: ``error``: a deployment or an evaluation would fail; ``warning``: it would work, but not as
            meant; ``could-not-check``: AWS did not tell, which is neither good nor bad news.
        subject: what was looked at, for example ``recorder default``.
        seen: what is there.
        cure: what to do, as an imperative sentence without a full stop; empty if nothing is to be done.
        check: the check's name, which is its file's.
    """

    level: Level
    subject: str
    seen: str
    cure: str = ""
    check: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it with stable keys."""
        return dict(asdict(self))
