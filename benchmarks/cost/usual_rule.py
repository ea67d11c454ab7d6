"""A rule as one usually writes it with rdklib: list the users, list each one's keys, one after another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rdklib import ComplianceType, ConfigRule, Evaluation

RESOURCE_TYPE = "AWS::IAM::User"


class UsualRule(ConfigRule):  # type: ignore[misc]  # rdklib is published without types
    """NON_COMPLIANT for every user with an active key of more than ``maxAccessKeyAge`` days."""

    def evaluate_periodic(
        self,
        event: Any,  # noqa: ARG002 - rdklib's signature
        client_factory: Any,
        valid_rule_parameters: dict[str, str],
    ) -> list[Evaluation]:
        """Return one evaluation per user."""
        iam = client_factory.build_client("iam")
        limit = timedelta(days=int(valid_rule_parameters.get("maxAccessKeyAge", 90)))
        evaluations = []
        for page in iam.get_paginator("list_users").paginate():
            for user in page["Users"]:
                stale = _has_stale_key(iam, user["UserName"], limit)
                verdict = ComplianceType.NON_COMPLIANT if stale else ComplianceType.COMPLIANT
                evaluations.append(Evaluation(verdict, user["UserId"], RESOURCE_TYPE))
        return evaluations

    def evaluate_parameters(self, rule_parameters: dict[str, str]) -> dict[str, str]:
        """Take the parameters as they are."""
        return rule_parameters


def _has_stale_key(iam: Any, name: str, limit: timedelta) -> bool:
    keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    now = datetime.now(UTC)
    return any(key["Status"] == "Active" and now - key["CreateDate"] > limit for key in keys)
