"""What IAM answers, where moto's answers differ from AWS's."""

from typing import Any, ClassVar

import moto.iam.urls
from moto.core.responses import ActionResult, EmptyResult
from moto.core.serialize import never_return
from moto.iam.exceptions import NoSuchEntity, ValidationError
from moto.iam.models import AccessKey, User
from moto.iam.responses import IamResponse

from rulebook.sandbox import extensions
from rulebook.sandbox.authorization import principals
from rulebook.sandbox.constraints import Constrained
from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.iam.backend import AccountIAM
from rulebook.sandbox.iam.paging import page_after_marker
from rulebook.sandbox.iam.words import Worded


class AccountIamResponse(Constrained, Worded, IamResponse):  # type: ignore[misc]  # moto is untyped
    """IAM's API with pages, the caller as the default user, and an honest password policy and report."""

    backend: AccountIAM
    says_values = False  # recorded in 2025 and 2026: only where, and the constraint
    RESPONSE_KEY_PATH_TO_TRANSFORMER: ClassVar = IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER | {
        f"CreateRoleResponse.Role.{only_read}": never_return
        for only_read in ("MaxSessionDuration", "RoleLastUsed")
    }

    def list_users(self) -> ActionResult:
        """Moto ignores Marker and MaxItems and returns everybody at once."""
        prefix = self._get_param("PathPrefix")
        users: list[User] = [u for u in self.backend.listed_users() if u.path.startswith(prefix or "/")]
        found = page_after_marker(
            users, lambda user: str(user.name), self._get_param("Marker"), self._get_param("MaxItems")
        )
        return ActionResult({"Users": found.items, **found.paging})

    def list_access_keys(self) -> ActionResult:
        """Moto ignores Marker and MaxItems here too."""
        name = self._user_name()
        keys: list[AccessKey] = self.backend.list_access_keys(name)
        found = page_after_marker(
            keys,
            lambda key: f"{key.create_date.isoformat()} {key.access_key_id}",
            self._get_param("Marker"),
            self._get_param("MaxItems"),
        )
        return ActionResult({"UserName": name, "AccessKeyMetadata": found.items, **found.paging})

    def create_access_key(self) -> ActionResult:
        """Act on the caller if no user is named."""
        return ActionResult({"AccessKey": self.backend.create_access_key(self._user_name())})

    def update_access_key(self) -> ActionResult:
        """Without a user name moto acts on the key's owner, whoever that is; AWS acts on the caller."""
        key_id, status = self._get_param("AccessKeyId"), self._get_param("Status")
        self.backend.update_access_key(self._user_name(), key_id, status)
        return EmptyResult()

    def delete_access_key(self) -> ActionResult:
        """Without a user name moto acts on the key's owner, whoever that is; AWS acts on the caller."""
        self.backend.delete_access_key(self._get_param("AccessKeyId"), self._user_name())
        return EmptyResult()

    def get_access_key_last_used(self) -> ActionResult:
        """A key that nobody has is denied to whoever asks, an administrator too; moto says NoSuchEntity."""
        key_id = self._get_param("AccessKeyId")
        key = self.backend.access_keys.get(key_id)
        if key is None or key.user_name is None:
            caller = principals.principal_of_key(self.get_access_key()).arn
            message = (
                f"User: {caller} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access "
                f"key {key_id}"
            )
            raise ApiError(403, "AccessDenied", "AccessDeniedException", message)
        return super().get_access_key_last_used()

    def get_user(self) -> ActionResult:
        """Moto makes up a ``default_user`` for a caller who is no user; AWS wants a name then."""
        return ActionResult({"User": self.backend.get_user(self._user_name())})

    def get_login_profile(self) -> ActionResult:
        """Moto says that a password is as old as its user."""
        return self._login_profile(self.backend.get_login_profile(self._user_name()))

    def create_login_profile(self) -> ActionResult:
        """Moto says that a password is as old as its user, and forgets that it must be reset."""
        user = self.backend.create_login_profile(self._user_name(), self._get_param("Password"))
        user.password_reset_required = bool(self._get_param("PasswordResetRequired"))
        return self._login_profile(user)

    @staticmethod
    def _login_profile(user: User) -> ActionResult:
        profile = {
            "UserName": user.name,
            "CreateDate": user.password_created,
            "PasswordResetRequired": user.password_reset_required,
        }
        return ActionResult({"LoginProfile": profile})

    def generate_credential_report(self) -> ActionResult:
        """Moto says COMPLETE on the second call and never looks at the time."""
        state = self.backend.generate_report()
        started = "No report exists. Starting a new report generation task"
        return ActionResult({"State": state, "Description": started if state == "STARTED" else None})

    def get_credential_report(self) -> ActionResult:
        """Moto's report is made on the spot, has no root row, and says it was generated in 2015."""
        report = self.backend.get_credential_report()
        return ActionResult(
            {"Content": report.as_csv(), "ReportFormat": "text/csv", "GeneratedTime": report.generated}
        )

    def list_policy_versions(self) -> ActionResult:
        """Moto has the oldest first."""
        found = self.backend.list_policy_versions(self._get_param("PolicyArn"))
        return ActionResult({"Versions": found[::-1], "IsTruncated": False})

    def get_account_password_policy(self) -> ActionResult:
        """Moto returns ``MaxPasswordAge: 0``; AWS leaves out what was not set."""
        policy = self.backend.get_account_password_policy()
        settings: dict[str, Any] = {
            "MinimumPasswordLength": policy.minimum_password_length,
            "RequireSymbols": policy.require_symbols,
            "RequireNumbers": policy.require_numbers,
            "RequireUppercaseCharacters": policy.require_uppercase_characters,
            "RequireLowercaseCharacters": policy.require_lowercase_characters,
            "AllowUsersToChangePassword": policy.allow_users_to_change_password,
            "ExpirePasswords": policy.expire_passwords,
            "MaxPasswordAge": policy.max_password_age or None,
            "PasswordReusePrevention": policy.password_reuse_prevention or None,
            "HardExpiry": policy.hard_expiry or None,
        }
        return ActionResult({"PasswordPolicy": settings})

    def _user_name(self) -> str:
        """Return the user acted on: the one named, else the caller."""
        if name := self._get_param("UserName"):
            return str(name)
        caller = self.backend.access_keys.get(self.get_access_key())
        if caller is None or caller.user_name is None:
            raise ValidationError("Must specify userName when calling with non-User credentials")
        if caller.user_name not in self.backend.users:
            raise NoSuchEntity(f"The user with name {caller.user_name} cannot be found.")
        return str(caller.user_name)


extensions.answer_with(moto.iam.urls, AccountIamResponse)
