"""What STS refuses where moto takes anything, as recorded: see tests/sandbox/recorded."""

import re
from typing import Any

import moto.sts.urls
from moto.core.responses import ActionResult
from moto.sts.responses import TokenResponse

from rulebook.sandbox.authorization import principals
from rulebook.sandbox.constraints import Constrained
from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.extensions import answer_with

_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)


class AccountSts(Constrained, TokenResponse):  # type: ignore[misc]  # moto is untyped
    """STS's API with names and ARNs checked."""

    def get_caller_identity(self) -> Any:
        """Moto makes a user of the administrator up."""
        caller = principals.principal_of_key(self.get_access_key())
        if not caller.is_admin:
            return super().get_caller_identity()
        identity = {"UserId": self.current_account, "Account": self.current_account, "Arn": caller.arn}
        return ActionResult(identity)

    def assume_role(self) -> Any:
        """Moto looks for a role in any text."""
        arn = self._get_param("RoleArn")
        if not _ARN.fullmatch(arn):
            raise ApiError(400, "ValidationError", "ValidationException", f"{arn} is invalid")
        answer = super().assume_role()
        if not self._get_param("Policy") and not self._get_param("Tags"):
            del answer.result["PackedPolicySize"]
        return answer


answer_with(moto.sts.urls, AccountSts)
