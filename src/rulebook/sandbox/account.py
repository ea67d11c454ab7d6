"""The embedded account as the rest of the tool and the tests use it."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import botocore.session

from rulebook.errors import NotInstalled, RulebookError
from rulebook.sandbox.administrator import Credentials, made_up
from rulebook.sandbox.calls import CallLog
from rulebook.sandbox.constants import ACCOUNT_ID, PARTITION, REGION
from rulebook.sandbox.key_seed import KeySeed, PasswordSeed

# Read by moto whenever it makes a backend, so set while the account runs and only then.
_WHILE_RUNNING: dict[str, str | None] = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_ACCOUNT_ID": ACCOUNT_ID,
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # no page in a browser has business here
    # moto asks botocore for service names, which fails if these name a profile that does not exist.
    "AWS_PROFILE": None,
    "AWS_DEFAULT_PROFILE": None,
}

# botocore's configuration variables that would read AWS_PROFILE and ~/.aws: no source, no default.
_NOTHING_OF_THE_PERSON: Any = dict.fromkeys(
    ("profile", "config_file", "credentials_file", "ca_bundle"), (None, None, None, None)
)


class NotImitated(RulebookError):
    """The account was asked to be where it cannot be."""


class Sandbox:
    """A running embedded account. Make one with ``with Sandbox.start() as account:``.

    Attributes:
        account_id: its twelve digits.
        region: the one region of its clients.
        endpoint: the URL at which it answers.
        calls: the log of every API call it answered.
        administrator: whom it obeys; other credentials at each start.
    """

    account_id = ACCOUNT_ID
    region = REGION

    def __init__(self, home: Path, operations: ModuleType) -> None:
        self.endpoint = ""
        self.calls = CallLog()
        self.administrator = made_up()
        self._home = home
        self._inside = operations  # rulebook.sandbox.moto_operations, which imports moto

    @classmethod
    @contextmanager
    def start(cls, port: int = 0, *, region: str = REGION, partition: str = PARTITION) -> Iterator["Sandbox"]:
        """Run an empty account for the length of the block; nothing of it is left afterwards.

        Args:
            port: where to listen on the loopback interface; 0 takes a free one.
            region: us-east-1; no other is imitated.
            partition: aws; no other is imitated.

        Raises:
            NotImitated: another region or partition.
            PortTaken: another program listens there.
            NotInstalled: moto is not.
        """
        if (region, partition) != (REGION, PARTITION):
            raise NotImitated(
                f"the embedded account is in {REGION} of the partition {PARTITION} only, not in {region} of "
                f"{partition}; leave --region and --partition out"
            )
        with _environment(_WHILE_RUNNING), tempfile.TemporaryDirectory(prefix="rulebook-home-") as home:
            try:
                with _one_loader():
                    from rulebook.sandbox import moto_operations  # noqa: PLC0415 - moto must not slow `rulebook --help`
            except ModuleNotFoundError as missing:
                raise NotInstalled(f"{_root(missing)}, which the embedded account runs on,") from missing
            account = cls(Path(home), moto_operations)
            with moto_operations.serve(port, account.calls, account.administrator) as account.endpoint:
                yield account

    def environment(self) -> dict[str, str]:
        """Return a whole process environment: this account's administrator, nothing of the person's AWS."""
        here = Path(sys.executable).parent
        return {
            "PATH": os.pathsep.join([str(here), os.environ.get("PATH", os.defpath)]),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            **self.exports(),
            "AWS_CONFIG_FILE": str(self._home / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self._home / "no-credentials"),
        }

    def exports(self) -> dict[str, str]:
        """Return what another shell needs so that rdk, aws and any boto3 program work on this account."""
        return {
            "AWS_ACCESS_KEY_ID": self.administrator.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.administrator.secret_access_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def session(self, access_key_id: str | None = None) -> "AccountSession":
        """Return a session whose clients call this account without being told to.

        Args:
            access_key_id: of the user who calls, whose secret is known here; the administrator if left out.

        Raises:
            KeyError: no user has that key.
        """
        if access_key_id is None:
            return AccountSession(self.endpoint, self.administrator)
        return AccountSession(self.endpoint, Credentials(access_key_id, self._inside.secret(access_key_id)))

    def client(self, service: str) -> Any:
        """Return a boto3 client of the administrator, for any service."""
        return self._session.client(service)

    @cached_property
    def _session(self) -> "AccountSession":
        """One session for every client made here: botocore reads a service's model once a session."""
        return self.session()

    def add_user(  # noqa: PLR0913 - what a user may have
        self,
        name: str,
        created: timedelta,
        path: str = "/",
        keys: Sequence[KeySeed] = (),
        tags: Mapping[str, str] | None = None,
        *,
        password: PasswordSeed | None = None,
        mfa: timedelta | None = None,
    ) -> str:
        """Create a user who has been there for ``created``; returns the UserId (``AIDA...``).

        Args:
            name: of the user.
            created: how long ago.
            path: begins and ends with ``/``.
            keys: access keys.
            tags: key to value.
            password: for the console; None for none.
            mfa: how long ago a virtual device was enabled; None for none.
        """
        user = self._inside.add_user(name, created, path, keys, tags)
        self._inside.equip(user, password, mfa)
        return str(user.id)

    def record(
        self,
        resource_type: str,
        resource_id: str,
        configuration: Mapping[str, Any] | None = None,
        name: str = "",
    ) -> None:
        """Let AWS Config have recorded a resource, or its latest change, whether it is there or not.

        Args:
            resource_type: for example ``AWS::EC2::Instance``.
            resource_id: Config's id of it.
            configuration: what Config has of it; its shape is the type's own.
            name: of the resource; the id if left out.
        """
        self._inside.record(resource_type, resource_id, configuration or {}, name or resource_id)

    def age_role(
        self, name: str, created: timedelta | None = None, last_used: timedelta | None = None
    ) -> None:
        """Let a role have been created, and last been used, that long ago; what is left out stays."""
        self._inside.age_role(name, created, last_used)

    def allow_keys_per_user(self, most: int) -> None:
        """Raise (or lower) the quota of access keys, which AWS does on request; two are the default."""
        self._inside.allow_keys_per_user(most)

    def list_users_late(self, lag: timedelta) -> None:
        """Let ListUsers show what changes from now on only after ``lag``, as IAM may; zero ends that."""
        self._inside.list_users_late(lag)

    def set_password_policy(self, **settings: Any) -> None:
        """Set the password policy; what is left out takes IAM's default, as in IAM's API."""
        self._inside.set_password_policy(**settings)

    def advance(self, delta: timedelta) -> None:
        """Let time pass: keys age, reports expire, periodic rules come due (docs/adr/0006)."""
        self._inside.advance(delta)

    def seed(self, users: int, seed: int) -> None:
        """Add a random but reproducible population; 5,000 take a second or two."""
        self._inside.seed(users, seed)

    def save(self, path: Path) -> None:
        """Write the people and the password policy to a file; ``sandbox.state`` says what not."""
        self._inside.save(path)

    def kept(self, path: Path) -> AbstractContextManager[None]:
        """Save as `save` does: now, whenever a call has changed something in the block, and at its end."""
        manager: AbstractContextManager[None] = self._inside.kept(path)
        return manager

    def restore(self, path: Path) -> None:
        """Replace the people and the password policy by those in a file.

        Raises:
            StateUnreadable: the file is no state of an account; nothing was changed.
        """
        self._inside.restore(path)


class AccountSession(boto3.Session):
    """A session that knows the account's endpoint, and nothing of the person's profile and files."""

    def __init__(self, endpoint: str, credentials: Credentials) -> None:
        self._endpoint = endpoint
        super().__init__(
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            region_name=REGION,
            botocore_session=botocore.session.Session(session_vars=_NOTHING_OF_THE_PERSON),
        )

    def client(self, *args: Any, **kwargs: Any) -> Any:
        """Return a client as boto3 does, of this account."""
        return super().client(*args, **{"endpoint_url": self._endpoint} | kwargs)


def _root(missing: ModuleNotFoundError) -> str:
    return str(missing.name).partition(".")[0]


@contextmanager
def _one_loader() -> Iterator[None]:
    """Let sessions share one loader: moto makes three, each of which reads 6 MB for the regions of EC2."""
    made = botocore.session.create_loader
    botocore.session.create_loader = cache(made)
    try:
        yield
    finally:
        botocore.session.create_loader = made


@contextmanager
def _environment(settings: Mapping[str, str | None]) -> Iterator[None]:
    """Set or, with None, remove environment variables of this process; put everything back afterwards."""
    before = {name: os.environ.get(name) for name in settings}
    _set_environment(settings)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
