"""IAM's words for its refusals where moto has others; as recorded on AWS, see tests/sandbox/recorded."""

import json
import re
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import IAMException

from rulebook.sandbox.errors import ApiError

_VERSION = "Policy {PolicyArn} version {VersionId} does not exist or is not attachable."
# What moto says, and what IAM does; {Name} is the parameter of the request.
_WORDS = (
    (r"Role (\S+) not found", r"The role with name \1 cannot be found."),
    (r"Login profile for (\S+) not found", r"Login Profile for User \1 cannot be found."),
    (r"User (\S+) already has password", r"Login Profile for user \1 already exists."),
    (r"(The Access Key with id \S+ cannot be found)", r"\1."),
    (r"Policy Document (\S+) not attached to role \S+", r"The role policy with name \1 cannot be found."),
    (r"(Has prohibited field Resource)\.", r"\1"),
    (
        "Trust Policy statement actions can only be .*",
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
)
_ABSENT = re.compile(r"Policy (version |arn:\S+ )?not found")


class Worded:
    """A part of a response class of moto's: says what IAM says."""

    def call_action(self: Any) -> Any:
        """Refuse what moto takes for a policy or its ARN, then answer.

        Raises:
            ApiError: as IAM words it; the gate renders it.
        """
        self._check_policy()
        return super().call_action()  # type: ignore[misc]  # moto's, of the class beside this

    def _check_policy(self: Any) -> None:
        given = self.params
        if self._get_action() in {"AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy"}:
            arn = str(given.get("PolicyArn", ""))
            if not arn.startswith("arn:"):
                raise ApiError(
                    400, "ValidationError", "ValidationException", "Invalid ARN:  Could not be parsed!"
                )
        for name in ("PolicyDocument", "AssumeRolePolicyDocument"):
            if name in given and not _is_json(str(given[name])):
                message = "This policy contains invalid Json"
                raise ApiError(400, "MalformedPolicyDocument", "MalformedPolicyDocument", message)

    def serialized(self: Any, result: ActionResult) -> Any:
        """Render an answer, an error in IAM's words."""
        error = result.result
        if isinstance(error, IAMException):
            error.message = _reworded(str(error.message), self.params)
        return super().serialized(result)  # type: ignore[misc]  # moto's, of the class beside this


def _reworded(said: str, given: Any) -> str:
    if _ABSENT.fullmatch(said) and "PolicyArn" in given:
        words = _VERSION if "VersionId" in given else "Policy {PolicyArn} was not found."
        return words.format_map(given)
    for theirs, ours in _WORDS:
        if re.fullmatch(theirs, said):
            return re.sub(theirs, ours, said)
    return said


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
