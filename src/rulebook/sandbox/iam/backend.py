"""What IAM remembers and refuses, where moto's backend differs from AWS."""

import json
import re
from datetime import datetime, timedelta
from functools import cache
from random import Random
from types import ModuleType
from typing import Any

import moto.iam.models
import moto.iam.urls
from moto.core.utils import utcnow
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import (
    DeleteConflictException,
    EntityAlreadyExists,
    IAMException,
    InvalidInput,
    LimitExceededException,
    ReportNotPresentException,
    ValidationError,
)
from moto.iam.models import (
    AccessKey,
    AccessKeyLastUsed,
    AWSManagedPolicy,
    IAMBackend,
    Role,
    User,
    iam_backends,
)

from rulebook.sandbox import extensions
from rulebook.sandbox.constants import ACCOUNT_ID, PARTITION
from rulebook.sandbox.iam import age_tags, credential_report, last_use, trust
from rulebook.sandbox.iam.credential_report import CredentialReport, last_rotated
from rulebook.sandbox.iam.ids import user_id
from rulebook.sandbox.iam.listing import Listing
from rulebook.sandbox.iam.names import Names
from rulebook.sandbox.iam.tags import Tag, merged, without

__all__ = ["AccountIAM", "account_iam", "last_rotated"]

# AWS says only that a report is not there at once; long enough for a client to see INPROGRESS.
REPORT_TAKES = timedelta(seconds=1)
KEYS_PER_USER = 2  # the default of a quota that AWS can raise
_USER_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
ROOT_AGE = timedelta(days=1500)


class ReportExpired(IAMException):  # type: ignore[misc]  # moto is untyped
    """The report is four hours old."""

    code = "ReportExpired"


class ReportInProgress(IAMException):  # type: ignore[misc]  # moto is untyped
    """The report is being made."""

    code = "ReportInProgress"


class AccountIAM(IAMBackend):  # type: ignore[misc]  # moto is untyped
    """IAM's backend: AIDA ids, a report that is a snapshot, ages that re-activation launders, refusals."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.users: Names[User] = Names()
        self.keys_per_user = KEYS_PER_USER
        self.report: CredentialReport | None = None
        self.report_takes = REPORT_TAKES
        self.last_use_takes = last_use.LATE
        self.listing: Listing | None = None
        self.use_noted = False  # since the state was saved
        self.founded: datetime = whole_second() - ROOT_AGE

    @property
    def _url_module(self) -> ModuleType:
        """Moto derives this from the class's module, which for a subclass is not moto's."""
        urls: ModuleType = moto.iam.urls
        return urls

    def _init_aws_policies(self) -> list[AWSManagedPolicy]:
        """Read AWS's 1,500 policies once a process, not once an account: a tenth of a second each time."""
        for policy in _aws_policies():
            policy.attachment_count = 0
        return list(_aws_policies())

    def reset(self) -> None:
        """Do nothing: moto drops the backend right after this, and would make it anew for nothing."""

    def create_user(
        self, region_name: str, user_name: str, path: str | None = "/", tags: list[Tag] | None = None
    ) -> User:
        """Moto takes any name, and gives users lower-case ids without a prefix."""
        if not _USER_NAME.fullmatch(user_name):  # a stack's or a test's; the API's are checked by its model
            raise ValidationError(
                "The specified value for userName is invalid. It must contain only alphanumeric characters "
                "and/or the following: +=,.@_-"
            )
        self._check_free(user_name)
        orders, given = age_tags.split(tags or ())
        made = merged((), given)
        if any(order.of for order in orders):
            raise InvalidInput("A new user has no keys, password and devices yet: order their ages later.")
        user = super().create_user(region_name, user_name, path, made)
        user.id = user_id(Random())  # noqa: S311 - an id, no secret
        user.create_date = whole_second()
        age_tags.obey(orders, age_tags.of_user(user), whole_second())
        self._note_people()
        return user

    def list_late(self, lag: timedelta) -> None:
        """Let ListUsers show changes only after a while, as it may on AWS; zero for at once."""
        self.listing = Listing(lag, utcnow(), self.users.values()) if lag else None

    def listed_users(self) -> list[User]:
        """Return whom ListUsers shows now."""
        return self.listing.shown(utcnow()) if self.listing else list(self.users.values())

    def _note_people(self) -> None:
        if self.listing:
            self.listing.note(utcnow(), self.users.values())

    def _check_free(self, user_name: str) -> None:
        if user_name in self.users:
            raise EntityAlreadyExists(f"User with name {user_name} already exists.")

    def update_user(
        self, user_name: str, new_path: str | None = None, new_user_name: str | None = None
    ) -> None:
        """Moto takes a name that another has, and keeps tags by ARN and keys by name, and so loses both."""
        user = self.get_user(user_name)
        if new_user_name and self.users.get(new_user_name) not in (None, user):
            self._check_free(new_user_name)
        tags = self.tagger.list_tags_for_resource(user.arn)["Tags"]
        self.tagger.delete_all_tags_for_resource(user.arn)
        super().update_user(user_name, new_path, new_user_name)
        self.tagger.tag_resource(user.arn, tags)
        for key in user.access_keys:
            key.user_name = user.name
        self._note_people()

    def tag_user(self, name: str, tags: list[Tag]) -> None:
        """Moto keeps keys apart that differ by case only."""
        user = self.get_user(name)
        orders, given = age_tags.split(tags)
        made = merged(user.tags or (), given)
        age_tags.obey(orders, age_tags.of_user(user), whole_second())
        self._set_tags(user, made)

    def create_role(
        self, role_name: str, assume_role_policy_document: str, *given: Any, **named: Any
    ) -> Role:
        """Moto takes any text for a trust policy."""
        trust.demand_trust_policy(assume_role_policy_document)
        return super().create_role(role_name, assume_role_policy_document, *given, **named)

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        """Moto takes one that names nobody."""
        self.get_role(role_name)
        trust.demand_trust_policy(policy_document)
        super().update_assume_role_policy(role_name, policy_document)

    def tag_role(self, role_name: str, tags: list[Tag]) -> None:
        """Take the tags that are orders (``age_tags``) out."""
        orders, given = age_tags.split(tags)
        age_tags.obey(orders, age_tags.of_role(self.get_role(role_name)), whole_second())
        super().tag_role(role_name, given)

    def untag_user(self, name: str, tag_keys: list[str]) -> None:
        """Remove tags by their keys, in any case."""
        user = self.get_user(name)
        self._set_tags(user, without(user.tags or (), tag_keys))

    def _set_tags(self, user: User, tags: list[Tag]) -> None:
        self.tagger.delete_all_tags_for_resource(user.arn)
        self.tagger.tag_resource(user.arn, tags)

    def delete_user(self, user_name: str) -> None:
        """Moto deletes users with keys, a password or groups; AWS refuses (DeleteConflict)."""
        user = self.get_user(user_name)
        if user.access_keys:
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        if user.password:
            raise DeleteConflictException("Cannot delete entity, must delete login profile first.")
        if self.get_groups_for_user(user_name):
            raise DeleteConflictException("Cannot delete entity, must remove users from group first.")
        super().delete_user(user_name)
        self._note_people()

    def create_login_profile(self, user_name: str, password: str) -> User:
        """Moto keeps no time of a password."""
        user = super().create_login_profile(user_name, password)
        user.password_created = user.password_changed = whole_second()
        return user

    def update_login_profile(self, user_name: str, password: str, password_reset_required: bool) -> User:
        """A password left out stays; moto forgets it."""
        kept = self.get_user(user_name).password
        user = super().update_login_profile(user_name, password or kept, password_reset_required)
        if password:
            user.password_changed = whole_second()
        return user

    def create_access_key(self, user_name: str, *_: Any, **__: Any) -> AccessKey:
        """Create a key at a whole second, unless the user has as many as the account's quota allows."""
        if len(self.get_user(user_name).access_keys) >= self.keys_per_user:
            raise LimitExceededException(f"Cannot exceed quota for AccessKeysPerUser: {self.keys_per_user}")
        key: AccessKey = self.get_user(user_name).create_access_key(prefix="AKIA")
        self.access_keys[key.access_key_id] = key
        key.create_date = whole_second()
        return key

    def update_access_key(self, user_name: str, access_key_id: str, status: str | None = None) -> AccessKey:
        """A key made active again counts as rotated in the credential report; its CreateDate stays."""
        before = self.get_user(user_name).get_access_key_by_id(access_key_id).status
        key = super().update_access_key(user_name, access_key_id, status)
        if before != "Active" and key.status == "Active":
            key.last_rotated = whole_second()
        return key

    def get_access_key_last_used(self, access_key_id: str) -> dict[str, Any]:
        """Look the key up; moto walks through every key of every user, which makes 5,000 users slow."""
        key = self.access_keys[access_key_id]
        return {"user_name": key.user_name, "last_used": last_use.known(key, utcnow(), self.last_use_takes)}

    def note_use(self, access_key_id: str, service: str, region: str) -> None:
        """Note that a user's key signed a request; moto shows each use at once."""
        use = AccessKeyLastUsed(utcnow(), service, region)
        self.use_noted |= last_use.note(self.access_keys[access_key_id], use, self.last_use_takes)

    def generate_report(self) -> str:
        """Return the State of GenerateCredentialReport; moto's report is always at hand and always new."""
        now = utcnow()
        if self.report is None or self.report.has_expired(now):
            for key in self.access_keys.values():
                last_use.known(key, now, self.last_use_takes)
            users = [self.users[name] for name in sorted(self.users, key=str.lower)]
            policy = self.account_password_policy
            self.report = credential_report.take_report(
                users,
                self.founded,
                whole_second(),
                now + self.report_takes,
                timedelta(days=policy.max_password_age or 0) if policy else timedelta(),
            )
            return "STARTED"
        return "COMPLETE" if self.report.is_ready(now) else "INPROGRESS"

    def get_credential_report(self) -> CredentialReport:
        """Return the finished report; raises IAM's error if there is none, not yet, or no longer."""
        now = utcnow()
        if self.report is None:
            raise ReportNotPresentException("No report exists. Use GenerateCredentialReport to make one.")
        if not self.report.is_ready(now):
            raise ReportInProgress("The credential report is still being generated.")
        if self.report.has_expired(now):
            raise ReportExpired(
                "The most recent credential report has expired. Use GenerateCredentialReport to make one."
            )
        return self.report


@cache
def _aws_policies() -> tuple[AWSManagedPolicy, ...]:
    policies = json.loads(aws_managed_policies_data).items()
    return tuple(AWSManagedPolicy.from_data(name, ACCOUNT_ID, PARTITION, policy) for name, policy in policies)


def whole_second() -> datetime:
    """Return now as IAM records it, in naive UTC; moto keeps microseconds."""
    now: datetime = utcnow()
    return now.replace(microsecond=0)


def account_iam() -> AccountIAM:
    """Return the embedded account's IAM."""
    backend: AccountIAM = iam_backends[ACCOUNT_ID][PARTITION]
    return backend


def _visit(account_id: str, access_key: str, service: str, region: str) -> None:
    """Let moto note the last use of a session's role, but not that of a user's key."""
    key = account_iam().access_keys.get(access_key)
    if key is None or key.user_name is None:
        _visited(account_id, access_key, service, region)


_visited = moto.iam.models.mark_account_as_visited
extensions.while_running(moto.iam.models, "mark_account_as_visited", _visit)
# moto makes an account's backend from this class when the account is first used.
extensions.while_running(iam_backends, "backend", AccountIAM)
