"""What Config has recorded of resources: what moto knows of some types, users, and what was recorded by hand.

moto knows buckets, roles, policies and topics. A rule about any other type can be tried all the same: a test
has a resource of it recorded, though there is none.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.config.models import RESOURCE_MAP, config_backends

from rulebook.sandbox.config import state
from rulebook.sandbox.config.state import Key

PAGE = 100  # the most that ListDiscoveredResources returns, and that BatchGetResourceConfig takes


def record_resource(
    account_id: str, region: str, key: Key, name: str, configuration: Mapping[str, Any]
) -> None:
    """Let Config have recorded a resource, or its latest change."""
    kind, resource_id = key
    item = {
        "version": "1.3",
        "accountId": account_id,
        "configurationItemStatus": "OK",
        "resourceType": kind,
        "resourceId": resource_id,
        "resourceName": name,
        "awsRegion": region,
        "configuration": json.dumps(dict(configuration)),
        "supplementaryConfiguration": {},
    }
    memory = state.config_state(account_id, region)
    with memory.lock:
        memory.items[key] = item


def by_hand(
    account_id: str, region: str, kind: str, ids: list[str] | None = None, name: str | None = None
) -> list[dict[str, Any]]:
    """Return what was recorded by hand, as ListDiscoveredResources shows it."""
    memory = state.config_state(account_id, region)
    with memory.lock:
        return [
            {"resourceType": kind, "resourceId": one["resourceId"], "resourceName": one["resourceName"]}
            for key, one in sorted(memory.items.items())
            if key[0] == kind and (not ids or key[1] in ids) and (not name or one["resourceName"] == name)
        ]


def latest_items(account_id: str, region: str, keys: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the latest items of resources, as BatchGetResourceConfig does; unknown ones are left out."""
    memory = state.config_state(account_id, region)
    asked = [(one["resourceType"], one["resourceId"]) for one in keys]
    with memory.lock:
        ours = [memory.items[key] for key in asked if key in memory.items]
    rest = [one for one, key in zip(keys, asked, strict=True) if key not in memory.items]
    theirs = config_backends[account_id][region].batch_get_resource_config(rest, region)
    now = state.now().isoformat()
    return [
        {**one, "configurationItemStatus": "OK", "configurationItemCaptureTime": now}
        for one in [*ours, *theirs["baseConfigurationItems"]]
    ]


def changed_items(account_id: str, region: str, kinds: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the configurationItem of every resource of these types, as the event of a change has it.

    Its shape is in the developer guide, "Example Events for AWS Config Rules".
    """
    for kind in kinds:
        keys = [
            {"resourceType": kind, "resourceId": one["resourceId"]}
            for one in [*_by_moto(account_id, region, kind), *by_hand(account_id, region, kind)]
        ]
        for first in range(0, len(keys), PAGE):
            for one in latest_items(account_id, region, keys[first : first + PAGE]):
                yield {
                    **one,
                    "awsAccountId": account_id,
                    "ARN": one.get("arn", ""),
                    "configuration": json.loads(one["configuration"]),
                    "relationships": [],
                    "relatedEvents": [],
                    "tags": one.get("tags") or {},
                }


def _by_moto(account_id: str, region: str, kind: str) -> Iterator[dict[str, Any]]:
    backend, token = config_backends[account_id][region], None
    while kind in RESOURCE_MAP:
        answer = backend.list_discovered_resources(kind, None, None, PAGE, token)
        yield from answer["resourceIdentifiers"]
        token = answer.get("nextToken")
        if not token:
            return
