"""Whose access key signed a request."""

import json
from dataclasses import dataclass, field
from typing import Any

from moto.core.utils import utcnow
from moto.iam.models import ManagedPolicy, Role, User
from moto.sts.models import AssumedRole, sts_backends

from rulebook.sandbox import endpoint
from rulebook.sandbox.calls import ADMIN
from rulebook.sandbox.constants import ACCOUNT_ID, PARTITION
from rulebook.sandbox.iam.backend import account_iam


@dataclass(frozen=True)
class Principal:
    """Who calls.

    Attributes:
        name: how the log of calls names it.
        arn: how AWS's messages name it; None for nobody.
        user: moto's user, if it is one.
        role: moto's role, if it is a session of one that still exists.
        session: moto's record of the role's session.
        usable: whether the key may sign: it exists, is active and has not expired.
        secret: what it signs with.
        token: what must come with it; the empty string for long-term credentials.
    """

    name: str
    arn: str | None = None
    user: User | None = None
    role: Role | None = None
    session: AssumedRole | None = None
    usable: bool = False
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def is_admin(self) -> bool:
        """Whether this is the account's administrator, to whom everything is allowed."""
        return self.name == ADMIN

    @property
    def has_expired(self) -> bool:
        """Whether these are temporary credentials whose time is over."""
        return self.session is not None and not self.usable

    @property
    def context(self) -> dict[str, str | list[str]]:
        """The condition keys that describe the caller."""
        keys: dict[str, str | list[str]] = {"aws:PrincipalAccount": ACCOUNT_ID}
        if self.user:
            keys |= {"aws:PrincipalArn": self.user.arn, "aws:username": self.user.name}
        elif self.role:
            keys["aws:PrincipalArn"] = self.role.arn
        return keys


def principal_of_key(access_key_id: str) -> Principal:
    """Return whose key it is."""
    administrator = endpoint.administrator()
    if access_key_id == administrator.access_key_id:
        arn = f"arn:aws:iam::{ACCOUNT_ID}:root"
        return Principal(ADMIN, arn, usable=True, secret=administrator.secret_access_key)
    session = sts_backends[ACCOUNT_ID][PARTITION].get_assumed_role_from_access_key(access_key_id)
    if session:
        return _of_session(session)
    key = account_iam().access_keys.get(access_key_id)
    user = key and account_iam().users.get(key.user_name)
    if not (key and user):
        return Principal(access_key_id)
    usable = key.status == "Active"
    return Principal(user.arn, user.arn, user=user, usable=usable, secret=key.secret_access_key)


def _of_session(session: AssumedRole) -> Principal:
    # By name: ARNs carry the role's path, and an ARN given to AssumeRole may name a role since deleted.
    role = next((role for role in account_iam().roles.values() if role.arn == session.role_arn), None)
    return Principal(
        session.role_arn,
        session.arn,
        role=role,
        session=session,
        usable=session.expiration > utcnow(),
        secret=session.secret_access_key,
        token=session.session_token,
    )


def policies_of(principal: Principal) -> list[dict[str, Any]]:
    """Return every identity-based policy of a user (with the groups) or a role, inline and managed.

    A permissions boundary is not looked at.
    """
    holders = [principal.role] if principal.role else []
    if principal.user:
        holders = [principal.user, *account_iam().get_groups_for_user(principal.user.name)]
    documents = [
        document
        for holder in holders
        for document in (
            *holder.policies.values(),
            *(_default_document(policy) for policy in holder.managed_policies.values()),
        )
    ]
    # moto keeps the inline policies of a role that CloudFormation made as objects, all others as text.
    return [document if isinstance(document, dict) else json.loads(document) for document in documents]


def _default_document(policy: ManagedPolicy) -> str:
    return next(
        str(version.document)
        for version in policy.versions
        if version.version_id == policy.default_version_id
    )


def session_policies_of(principal: Principal) -> list[dict[str, Any]]:
    """Return the policy passed to AssumeRole, which narrows the session further; usually there is none."""
    session = principal.session
    return [json.loads(session.policy)] if session and session.policy else []
