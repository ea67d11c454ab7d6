"""When a key was used last, as IAM tells it: late, and of each quarter of an hour the first use only.

The credential report's documentation says the latter ("When an access key is used more than once in a
15-minute span, only the first use is recorded"); AWS does not say how late a use shows.
"""

from datetime import datetime, timedelta

from moto.iam.models import AccessKey, AccessKeyLastUsed

WINDOW = timedelta(minutes=15)
LATE = timedelta(minutes=15)


def note(key: AccessKey, use: AccessKeyLastUsed, late: timedelta) -> bool:
    """Note a use of a key, which shows ``late``; return whether it is one that is recorded."""
    latest = recorded(key)
    if latest is not None and use.timestamp - latest.timestamp < WINDOW:
        return False
    known(key, use.timestamp, late)
    key.pending_use = use
    return True


def known(key: AccessKey, now: datetime, late: timedelta) -> AccessKeyLastUsed | None:
    """Return the last use that shows by now."""
    use: AccessKeyLastUsed | None = getattr(key, "pending_use", None)
    if use and now - use.timestamp >= late:
        key.last_used, key.pending_use = use, None
    return key.last_used


def recorded(key: AccessKey) -> AccessKeyLastUsed | None:
    """Return the last use that is recorded, whether it shows already or not."""
    return getattr(key, "pending_use", None) or key.last_used


def age_last_uses(key: AccessKey, delta: timedelta) -> None:
    """Move the uses of a key back."""
    for name in ("last_used", "pending_use"):
        if used := getattr(key, name, None):
            setattr(key, name, AccessKeyLastUsed(used.timestamp - delta, used.service, used.region))
