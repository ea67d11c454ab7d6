# ruff: noqa: INP001 - scripts, no package
"""Run one program once and print, as one line of JSON, whom it flags, its CPU seconds and its memory.

A process of its own for each run; Custodian's is of another environment, so nothing is imported that only one
has. Memory is the growth from before the run, with everything imported, to the peak.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
EVENT = {
    "invokingEvent": json.dumps(
        {"messageType": "ScheduledNotification", "notificationCreationTime": "2026-01-01T00:00:00.000Z"}
    ),
    "ruleParameters": json.dumps({"AssumeRoleMode": "False"}),
    "executionRoleArn": "arn:aws:iam::123456789012:role/config",
    "resultToken": "TESTMODE",
    "configRuleName": RULE,
}
AGE = {"value_type": "age", "value": 90, "op": "greater-than"}
# As Custodian's documentation shows both; they cannot be combined to look at fewer users' keys.
FILTERS: dict[str, list[dict[str, Any]]] = {
    "credential": [
        {"type": "credential", "key": "access_keys.active", "value": True},
        {"type": "credential", "key": "access_keys.last_rotated", **AGE},
    ],
    "access-key": [
        {"type": "access-key", "key": "Status", "value": "Active"},
        {"type": "access-key", "match-operator": "and", "key": "CreateDate", **AGE},
    ],
}


def ours() -> Callable[[], list[str]]:
    """Our rule's handler."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "rules" / RULE))
    from ACCESS_KEYS_ROTATED_CUSTOM import lambda_handler  # noqa: PLC0415 - only where it is measured

    return lambda: _flagged(lambda_handler(EVENT, None))


def usual() -> Callable[[], list[str]]:
    """A rule as one usually writes it with rdklib: every user's keys are listed, one after another."""
    from rdklib import ConfigRule, Evaluation, Evaluator  # noqa: PLC0415 - only where it is measured

    class Usual(ConfigRule):  # type: ignore[misc]  # rdklib is published without types
        def evaluate_periodic(self, _event: Any, client_factory: Any, _parameters: Any) -> list[Evaluation]:
            iam = client_factory.build_client("iam")
            evaluations = []
            for page in iam.get_paginator("list_users").paginate():
                for user in page["Users"]:
                    keys = iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
                    old = [key for key in keys if datetime.now(UTC) - key["CreateDate"] > timedelta(days=90)]
                    stale = any(key["Status"] == "Active" for key in old)
                    verdict = "NON_COMPLIANT" if stale else "COMPLIANT"
                    evaluations.append(Evaluation(verdict, user["UserId"], "AWS::IAM::User"))
            return evaluations

    return lambda: _flagged(Evaluator(Usual()).handle(EVENT, None))


def custodian(filters: str) -> Callable[[], list[str]]:
    """A policy of Cloud Custodian."""
    from c7n.config import Config  # type: ignore[import-not-found]  # noqa: PLC0415 - in an environment of its own
    from c7n.policy import PolicyCollection  # type: ignore[import-not-found]  # noqa: PLC0415 - the same
    from c7n.resources import load_resources  # type: ignore[import-not-found]  # noqa: PLC0415 - the same

    load_resources(("aws.iam-user",))
    policy = {"name": "access-keys", "resource": "aws.iam-user", "filters": FILTERS[filters]}
    options = Config.empty(
        region="us-east-1", regions=["us-east-1"], account_id="123456789012", cache="memory", cache_period=15
    )
    [loaded] = PolicyCollection.from_data({"policies": [policy]}, options)
    return lambda: [user["UserId"] for user in loaded.load_resource_manager().resources()]


def _flagged(evaluations: Any) -> list[str]:
    if not isinstance(evaluations, list):  # rdklib returns errors
        raise TypeError(str(evaluations))
    return [one["ComplianceResourceId"] for one in evaluations if one["ComplianceType"] == "NON_COMPLIANT"]


def _megabytes(figure: str) -> float:
    status = Path("/proc/self/status")
    if not status.exists():  # no Linux: the peak stands for both, so that growth is not known
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith(figure))
    return int(line.split()[1]) / 1024


def main(program: str, filters: str = "") -> None:
    """Measure one run."""
    run = {"ours": ours, "usual": usual}[program]() if not filters else custodian(filters)
    import boto3  # noqa: PLC0415 - what a function has imported before it runs is no part of the run

    boto3.client("sts")
    memory, cpu, started = _megabytes("VmRSS"), time.process_time(), time.perf_counter()
    found = run()
    taken = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - started,
        "megabytes": _megabytes("VmHWM") - memory,
        "flagged": found,
    }
    sys.stdout.write(f"{json.dumps(taken)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
