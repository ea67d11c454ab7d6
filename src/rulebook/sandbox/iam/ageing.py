"""Move every time that IAM and STS recorded back by as much as the account's clock moves forward."""

from datetime import timedelta

from moto.iam.models import AccessKey, User
from moto.sts.models import sts_backends

from rulebook.sandbox.constants import ACCOUNT_ID, PARTITION
from rulebook.sandbox.iam import last_use
from rulebook.sandbox.iam.backend import account_iam, last_rotated


def age_people(delta: timedelta) -> None:
    """Age users, keys, roles, the credential report and temporary credentials by ``delta``."""
    iam = account_iam()
    for user in iam.users.values():
        _shift_user(user, delta)
    for key in iam.access_keys.values():
        _shift_key(key, delta)
    for role in iam.roles.values():
        role.create_date -= delta
        role.last_used = role.last_used and role.last_used - delta
    if iam.listing:
        iam.listing.shift(delta)
    if iam.report:
        iam.report = iam.report.shifted(delta)
    for session in sts_backends[ACCOUNT_ID][PARTITION].assumed_roles:
        session.expiration -= delta


def _shift_user(user: User, delta: timedelta) -> None:
    user.create_date -= delta
    for name in ("password_last_used", "password_created", "password_changed"):
        if when := getattr(user, name, None):
            setattr(user, name, when - delta)
    for device in user.mfa_devices.values():
        device.enable_date -= delta


def _shift_key(key: AccessKey, delta: timedelta) -> None:
    key.last_rotated = last_rotated(key) - delta
    key.create_date -= delta
    last_use.age_last_uses(key, delta)
