"""What Config has recorded of IAM users: moto knows roles and policies only."""

import json
from collections.abc import Collection
from typing import Any

from moto.config import models
from moto.core.common_models import ConfigQueryModel
from moto.core.exceptions import InvalidNextTokenException
from moto.iam.models import iam_backends

from rulebook.sandbox.config import state
from rulebook.sandbox.config.errors import refused
from rulebook.sandbox.extensions import entry_while_running

USER = "AWS::IAM::User"


def record_users(account_id: str, region: str) -> None:
    """Take a snapshot of the users, as a running recorder that covers them does every few hours.

    Here one is taken when a recorder is first asked, when a rule is evaluated and when the clock moves. A
    user made, renamed or deleted since is unknown to Config, or known as it was: callers must not trust it.
    """
    if not _recording(account_id, region):
        return
    users = iam_backends[account_id]["aws"].users.values()
    snapshot = {user.id: user.name for user in list(users)}
    memory = state.config_state(account_id, region)
    with memory.lock:
        memory.users = snapshot


def _recording(account_id: str, region: str) -> bool:
    recorders = models.config_backends[account_id][region].recorders.values()
    return any(one.status.recording and _covers_users(one.recording_group) for one in recorders)


def _covers_users(group: Any) -> bool:
    """Whether a recorder covers IAM users: with all global types, by name, or because it excludes others.

    A recorder that excludes types records all others, global ones too (API reference of RecordingStrategy).
    """
    excluded = (group.exclusion_by_resource_types or {}).get("resourceTypes") or ()
    if excluded or (group.recording_strategy or {}).get("useOnly") == "EXCLUSION_BY_RESOURCE_TYPES":
        return USER not in excluded
    return USER in (group.resource_types or ()) or bool(group.include_global_resource_types)


class UserQuery(ConfigQueryModel):  # type: ignore[misc]  # moto is untyped
    """Answers ListDiscoveredResources for IAM users, through moto's table of resource types."""

    def list_config_service_resources(  # noqa: PLR0913, PLR0917 - moto's signature
        self,
        account_id: str,
        partition: str,  # noqa: ARG002 - moto's signature
        resource_ids: list[str] | None,
        resource_name: str | None,
        limit: int,
        next_token: str | None,
        backend_region: str | None = None,
        resource_region: str | None = None,  # noqa: ARG002 - for aggregators
        aggregator: dict[str, Any] | None = None,  # noqa: ARG002 - for aggregators
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return one page of recorded users, and the id that the next one begins with.

        Raises:
            JsonRESTError: NoAvailableConfigurationRecorderException.
        """
        region = backend_region or "us-east-1"
        if not models.config_backends[account_id][region].recorders:
            raise refused(
                "NoAvailableConfigurationRecorderException",
                "Configuration recorder is not available to record your resources.",
            )
        memory = state.config_state(account_id, region)
        if not memory.users:
            record_users(account_id, region)
        found = _matching(memory.users, resource_ids, resource_name)
        if next_token and next_token not in found:
            raise InvalidNextTokenException
        ids = [one for one in sorted(found) if not next_token or one >= next_token]
        shown = [{"type": USER, "id": one, "name": found[one], "region": "global"} for one in ids[:limit]]
        return shown, ids[limit] if len(ids) > limit else None

    def get_config_resource(
        self,
        account_id: str,
        partition: str,
        resource_id: str,
        resource_name: str | None = None,  # noqa: ARG002 - moto's signature
        backend_region: str | None = None,  # noqa: ARG002 - the same
        resource_region: str | None = None,  # noqa: ARG002 - the same
    ) -> dict[str, Any] | None:
        """Return what Config has recorded of a user: who it is, and nothing of keys and policies."""
        users = iam_backends[account_id][partition].users.values()
        user = next((one for one in users if one.id == resource_id), None)
        if user is None:
            return None
        own = {"userName": user.name, "userId": user.id, "path": user.path, "arn": user.arn}
        return {
            "version": "1.3",
            "resourceType": USER,
            "resourceId": user.id,
            "resourceName": user.name,
            "arn": user.arn,
            "awsRegion": "global",
            "configuration": json.dumps(own),
            "supplementaryConfiguration": {},
        }


def _matching(users: dict[str, str], ids: Collection[str] | None, name: str | None) -> dict[str, str]:
    if ids:
        return {one: users[one] for one in ids if one in users}
    return {one: has for one, has in users.items() if not name or has == name}


entry_while_running(models.RESOURCE_MAP, USER, UserQuery(iam_backends))
