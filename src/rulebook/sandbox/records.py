"""The account's people and password policy, written straight into moto's backend.

Through the API 5,000 users with two keys would take half a minute, and no key could be older than now.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from moto.iam.models import AccessKey, AccessKeyLastUsed, AccountPasswordPolicy, MFADevice, User

from rulebook.sandbox.config import recorded
from rulebook.sandbox.constants import ACCOUNT_ID, PARTITION, REGION
from rulebook.sandbox.iam.backend import account_iam, whole_second
from rulebook.sandbox.iam.ids import key_id, user_id
from rulebook.sandbox.key_seed import KeySeed, PasswordSeed

# UpdateAccountPasswordPolicy sets what is left out to these.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
POLICY_DEFAULTS: dict[str, Any] = {
    "AllowUsersToChangePassword": False,
    "HardExpiry": False,
    "MaxPasswordAge": None,
    "MinimumPasswordLength": 6,
    "PasswordReusePrevention": None,
    "RequireLowercaseCharacters": False,
    "RequireNumbers": False,
    "RequireSymbols": False,
    "RequireUppercaseCharacters": False,
}

# moto's name of each, in the order of the constructor of its AccountPasswordPolicy.
POLICY_ATTRIBUTES = {
    "AllowUsersToChangePassword": "allow_users_to_change_password",
    "HardExpiry": "hard_expiry",
    "MaxPasswordAge": "max_password_age",
    "MinimumPasswordLength": "minimum_password_length",
    "PasswordReusePrevention": "password_reuse_prevention",
    "RequireLowercaseCharacters": "require_lowercase_characters",
    "RequireNumbers": "require_numbers",
    "RequireSymbols": "require_symbols",
    "RequireUppercaseCharacters": "require_uppercase_characters",
}


def record(resource_type: str, resource_id: str, configuration: Mapping[str, Any], name: str) -> None:
    """Let AWS Config have recorded a resource."""
    recorded.record_resource(ACCOUNT_ID, REGION, (resource_type, resource_id), name, configuration)


def add_user(
    name: str,
    created: timedelta,
    path: str = "/",
    keys: Sequence[KeySeed] = (),
    tags: Mapping[str, str] | None = None,
    chance: Random | None = None,
) -> User:
    """Create a user who has been there for ``created``; ``chance`` makes the ids."""
    chance = chance or Random()  # noqa: S311 - ids, no secrets
    iam = account_iam()
    user = iam.create_user(
        REGION, name, path, [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    )
    user.id = user_id(chance)
    user.create_date = whole_second() - created
    for seed in keys:
        add_key(user, seed, key_id(chance))
    return user


def add_key(user: User, seed: KeySeed, access_key_id: str) -> AccessKey:
    """Give a user an access key of some age."""
    now = whole_second()
    key = AccessKey(user.name, prefix="AKIA", account_id=ACCOUNT_ID, status=seed.status)
    key.access_key_id = access_key_id
    key.create_date = key.last_rotated = now - seed.age
    if seed.last_used is not None:
        key.last_used = AccessKeyLastUsed(now - seed.last_used, "s3", REGION)
    user.access_keys.append(key)
    account_iam().access_keys[access_key_id] = key
    return key


def equip(user: User, password: PasswordSeed | None, mfa: timedelta | None) -> None:
    """Give a user a password and an MFA device of some age; None for none."""
    now = whole_second()
    if password:
        account_iam().create_login_profile(user.name, secrets.token_urlsafe())
        user.password_created = user.password_changed = now - password.age
        if password.last_used is not None:
            user.password_last_used = now - password.last_used
    if mfa is not None:
        device = MFADevice(f"arn:{PARTITION}:iam::{ACCOUNT_ID}:mfa/{user.name}", "", "")
        device.enable_date = now - mfa
        user.mfa_devices[device.serial_number] = device


def age_role(name: str, created: timedelta | None, last_used: timedelta | None) -> None:
    """Let a role have been created and used that long ago; raises IAM's NoSuchEntity."""
    role = account_iam().get_role(name)
    if created is not None:
        role.create_date = whole_second() - created
    if last_used is not None:
        role.last_used, role.last_used_region = whole_second() - last_used, REGION


def list_users_late(lag: timedelta) -> None:
    """Let ListUsers show changes only after a while."""
    account_iam().list_late(lag)


def allow_keys_per_user(most: int) -> None:
    """Set the quota of access keys, which AWS raises on request."""
    account_iam().keys_per_user = most


def secret(access_key_id: str) -> str:
    """Return the secret of a user's access key; KeyError if nobody has it."""
    return str(account_iam().access_keys[access_key_id].secret_access_key)


def set_password_policy(**settings: Any) -> None:
    """Set the account's password policy as UpdateAccountPasswordPolicy would.

    Raises:
        TypeError: a setting is none of that call's.
    """
    if unknown := settings.keys() - POLICY_DEFAULTS.keys():
        raise TypeError(f"unknown settings of a password policy: {', '.join(sorted(unknown))}")
    policy = POLICY_DEFAULTS | settings
    account_iam().account_password_policy = AccountPasswordPolicy(
        *(policy[name] for name in POLICY_ATTRIBUTES)
    )
