"""Times as AWS's JSON protocol writes them: seconds since 1970."""

from datetime import UTC, datetime
from typing import Any


def written(**times: datetime | None) -> dict[str, float]:
    """Return the members of an answer, without those that have no value."""
    return {name: time.timestamp() for name, time in times.items() if time is not None}


def read_time(value: Any) -> datetime:
    """Return a time out of a request; SDKs may also send it as ISO 8601 text."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    return datetime.fromtimestamp(value, UTC)
