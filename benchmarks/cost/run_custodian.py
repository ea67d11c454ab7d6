"""Run a Cloud Custodian policy once: ``python -m cost.run_custodian documented|exact``; needs c7n.

``documented`` asks the credential report, as Custodian's documentation shows for access keys: one filter for
an active key, one for the age. ``exact`` is the documented example of the filter on the keys themselves. The
two cannot be combined to look at fewer users' keys: after a ``credential`` filter, no key matches.
"""

from __future__ import annotations

import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any

from c7n.config import Config  # type: ignore[import-not-found]  # in an environment of its own
from c7n.policy import PolicyCollection  # type: ignore[import-not-found]  # the same
from c7n.resources import load_resources  # type: ignore[import-not-found]  # the same

from cost.measuring import measure

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIVE = {"type": "credential", "key": "access_keys.active", "value": True}
AGE = {"value_type": "age", "value": 90, "op": "greater-than"}
FILTERS: Mapping[str, list[dict[str, Any]]] = {
    "documented": [ACTIVE, {"type": "credential", "key": "access_keys.last_rotated", **AGE}],
    "exact": [
        {"type": "access-key", "key": "Status", "value": "Active"},
        {"type": "access-key", "match-operator": "and", "key": "CreateDate", **AGE},
    ],
}


def main() -> None:
    """Measure one run; whom it flags are the resources that it returns."""
    load_resources(("aws.iam-user",))
    policy = {"name": "access-keys", "resource": "aws.iam-user", "filters": FILTERS[sys.argv[1]]}
    options = Config.empty(
        region="us-east-1", regions=["us-east-1"], account_id="123456789012", cache="memory", cache_period=15
    )
    [loaded] = PolicyCollection.from_data({"policies": [policy]}, options)

    def run() -> list[str]:
        manager = loaded.load_resource_manager()
        return [user["UserId"] for user in manager.resources()]

    measure(run, metadata.version("c7n"))


if __name__ == "__main__":
    main()
