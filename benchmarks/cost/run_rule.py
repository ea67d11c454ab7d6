"""Run a rule once, as Lambda would: ``python -m cost.run_rule ours|usual [parameter=value...]``."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3  # noqa: F401 - what the function has imported before it runs is not part of the run
from rdklib import Evaluator

from cost.measuring import measure
from cost.usual_rule import UsualRule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OURS = Path(__file__).parents[2] / "rules" / "ACCESS_KEYS_ROTATED_CUSTOM"


class _Context:
    """Lambda's context, of a function that has a quarter of an hour."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return the time left."""
        return 900_000


def event(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what Config sends a periodic rule."""
    message = {
        "messageType": "ScheduledNotification",
        "notificationCreationTime": "2026-01-01T00:00:00.000Z",
    }
    return {
        "invokingEvent": json.dumps(message),
        "ruleParameters": json.dumps({"AssumeRoleMode": "False", **parameters}),
        "executionRoleArn": "arn:aws:iam::123456789012:role/config",
        "resultToken": "token",
        "configRuleName": "access-keys",
    }


def handler(which: str) -> Callable[[Any, Any], Any]:
    """Return the handler of our rule or of the usual one."""
    if which == "usual":
        return Evaluator(UsualRule()).handle  # type: ignore[no-any-return]  # rdklib is published without types
    sys.path.insert(0, str(OURS))
    from ACCESS_KEYS_ROTATED_CUSTOM import lambda_handler  # noqa: PLC0415 - only where it is measured

    return lambda_handler


def main() -> None:
    """Measure one evaluation; whom it flags is what reaches Config."""
    which, *parameters = sys.argv[1:]
    handle = handler(which)
    given = event(dict(parameter.split("=", 1) for parameter in parameters))

    def run() -> list[str]:
        answer = handle(given, _Context())
        if not isinstance(answer, list):  # rdklib returns errors
            raise TypeError(str(answer))
        return []

    measure(run, metadata.version("rdklib"))


if __name__ == "__main__":
    main()
