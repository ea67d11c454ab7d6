"""The demo's account: one user of every kind, and a weak password policy."""

from datetime import timedelta

from rulebook.sandbox import KeySeed, Sandbox

WEAK_POLICY = {
    "MinimumPasswordLength": 8,
    "RequireLowercaseCharacters": True,
    "RequireUppercaseCharacters": True,
    "RequireNumbers": True,
    "RequireSymbols": False,
    "AllowUsersToChangePassword": True,
    "MaxPasswordAge": 60,
}

# How the demo's rules differ from the shipped rdk_config.json, so that exemption and disuse are seen too.
DEMO_PARAMETERS = {"maxCredentialUsageAge": 45, "exemptUsers": "svc-*", "exemptTag": "rotation=manual"}


def _key(age_days: int, used_days: int | None = 1, status: str = "Active") -> KeySeed:
    last_used = None if used_days is None else timedelta(days=used_days)
    return KeySeed(age=timedelta(days=age_days), status=status, last_used=last_used)


def move_in(account: Sandbox) -> None:
    """Create the users and the password policy."""
    year = timedelta(days=400)
    account.add_user("no-keys", created=year)
    account.add_user("fresh", created=year, keys=[_key(12)])
    account.add_user("stale", created=year, keys=[_key(120)])
    account.add_user("two-keys-one-stale", created=year, keys=[_key(200), _key(5)])
    account.add_user("inactive-old-key", created=year, keys=[_key(300, 250, "Inactive")])
    account.add_user("unused-key", created=year, keys=[_key(60, None)])
    account.add_user("svc-exempt-by-name", created=year, keys=[_key(365)])
    account.add_user("exempt-by-tag", created=year, keys=[_key(150)], tags={"rotation": "manual"})
    account.add_user("under-a-path", path="/division/team/", created=year, keys=[_key(91)])
    account.set_password_policy(**WEAK_POLICY)
