"""Remediation exceptions: what AWS Config no longer remedies by itself, and the command that lets it back.

Config adds one when ``MaximumAutomaticAttempts`` attempts have been made within ``RetryAttemptSeconds`` and
the resource is still NON_COMPLIANT (API reference of RemediationConfiguration); a person can add one too.
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient

PLAIN = re.compile(r"[A-Za-z0-9:._/@+-]+")  # what the short form of --resource-keys takes without quotes


@dataclass(frozen=True, order=True)
class RemediationException:
    """One resource that is out of automatic remediation.

    Attributes:
        rule: the rule's name.
        resource_type: for example ``AWS::IAM::User``.
        resource_id: Config's id of it.
        message: why, in Config's or a person's words; may be empty.
        expires: when it ends by itself; None if it does not.
    """

    rule: str
    resource_type: str
    resource_id: str
    message: str = ""
    expires: datetime | None = None

    def lift(self, *options: str) -> str:
        """Return the command that deletes it, with some options (``--region``, ...) for its account."""
        keys = f"ResourceType={self.resource_type},ResourceId={self.resource_id}"
        if not PLAIN.fullmatch(self.resource_id):
            keys = json.dumps([{"ResourceType": self.resource_type, "ResourceId": self.resource_id}])
        command = ["aws", "configservice", "delete-remediation-exceptions"]
        return shlex.join([*command, "--config-rule-name", self.rule, "--resource-keys", keys, *options])

    def as_json(self) -> dict[str, Any]:
        """Return it in Config's own names."""
        return {
            "ConfigRuleName": self.rule,
            "ResourceType": self.resource_type,
            "ResourceId": self.resource_id,
            "Message": self.message,
            "ExpirationTime": self.expires.isoformat() if self.expires else None,
        }


def remediation_exceptions(config: "ConfigServiceClient", rule: str) -> list[RemediationException]:
    """Return the exceptions in force for one rule, ordered by resource; none for a rule that is not deployed.

    One that has expired does not block any more; whether Config goes on listing it is not documented.
    """
    found = (
        RemediationException(
            rule,
            one["ResourceType"],
            one["ResourceId"],
            one.get("Message", ""),
            one.get("ExpirationTime"),
        )
        for one in _listed(config, rule)
    )
    now = datetime.now(UTC)
    return sorted(
        (one for one in found if one.expires is None or one.expires > now),
        key=lambda one: (one.resource_type, one.resource_id),
    )


def _listed(config: "ConfigServiceClient", rule: str) -> Iterator[Any]:
    """Yield every exception, page by page: botocore has no paginator for them."""
    asked: dict[str, Any] = {"ConfigRuleName": rule}
    while True:
        page = config.describe_remediation_exceptions(**asked)
        yield from page["RemediationExceptions"]
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]
