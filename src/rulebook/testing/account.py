"""The embedded account as a test fills it. An age is a number of days, or a timedelta."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from rulebook.sandbox import KeySeed, PasswordSeed, Sandbox
from rulebook.sandbox.account import AccountSession

Age = float | timedelta

LONG = timedelta(days=400)  # how old a user is of whom nothing else is said


def key(age: Age, *, used: Age | None = None, active: bool = True) -> KeySeed:
    """Return an access key to be: how old it is, how long ago it was used (None: never)."""
    last_used = None if used is None else span(used)
    return KeySeed(span(age), "Active" if active else "Inactive", last_used)


def span(age: Age) -> timedelta:
    """Return an age as a timedelta."""
    return age if isinstance(age, timedelta) else timedelta(days=age)


class Clock:
    """The account's clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def advance(self, by: Age) -> None:
        """Let time pass: keys, passwords and devices age, reports expire."""
        self._sandbox.advance(span(by))


class EmbeddedAccount:
    """An account on this machine, which answers as AWS does.

    Attributes:
        account_id: its twelve digits.
        region: its one region.
        clock: lets time pass.
        sandbox: the account with everything else it can do.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.account_id = sandbox.account_id
        self.region = sandbox.region
        self.clock = Clock(sandbox)
        self.sandbox = sandbox

    def add_user(  # noqa: PLR0913 - what a user may have
        self,
        name: str,
        key_ages: Sequence[Age] = (),
        *,
        keys: Sequence[KeySeed] = (),
        password_age: Age | None = None,
        password_used: Age | None = None,
        mfa_age: Age | None = None,
        tags: Mapping[str, str] | None = None,
        path: str = "/",
        age: Age | None = None,
    ) -> str:
        """Create a user; returns the UserId (``AIDA...``), which is Config's id of the resource.

        Args:
            name: of the user.
            key_ages: of active access keys that were never used.
            keys: further access keys; see `key`.
            password_age: how long ago the console password was set; None: there is none.
            password_used: how long ago somebody signed in with it; None: never.
            mfa_age: how long ago a virtual device was enabled; None: there is none.
            tags: key to value.
            path: begins and ends with ``/``.
            age: of the user; by default older than everything that the user has.
        """
        seeds = [*map(key, key_ages), *keys]
        ages = [LONG, *(seed.age for seed in seeds)]
        ages += [span(one) for one in (password_age, mfa_age) if one is not None]
        return self.sandbox.add_user(
            name,
            max(ages) if age is None else span(age),
            path,
            seeds,
            tags,
            password=None if password_age is None else _password(password_age, password_used),
            mfa=None if mfa_age is None else span(mfa_age),
        )

    def set_password_policy(self, **settings: Any) -> None:
        """Set the password policy; what is left out takes IAM's default, as in IAM's API."""
        self.sandbox.set_password_policy(**settings)

    def record(
        self, resource_type: str, resource_id: str, configuration: Mapping[str, Any] | None = None
    ) -> None:
        """Let AWS Config have recorded a resource, or its latest change, whether it is there or not.

        A rule that changes trigger is evaluated for what is recorded. Buckets, roles, policies, topics and
        users are recorded by themselves.
        """
        self.sandbox.record(resource_type, resource_id, configuration)

    def client(self, service: str) -> Any:
        """Return a boto3 client of the account's administrator."""
        return self.sandbox.client(service)

    def session(self, access_key_id: str | None = None) -> AccountSession:
        """Return a boto3 session: the administrator's, or that of the user who has the key."""
        return self.sandbox.session(access_key_id)


def _password(age: Age, used: Age | None) -> PasswordSeed:
    return PasswordSeed(span(age), None if used is None else span(used))
