"""Runs inside a rule's own process (``rule_process.child``): let the rule judge, tell what it said.

The request has Rule, Event, Parameters and ResourceTypes (of a rule that changes trigger), the answer is
``{"Evaluations": [...], "Figures": [...]}`` or ``{"Error": {...}}``.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# What a deployed function sets for itself by environment variables (see a rule's lambda_handler).
RETRIES = Config(retries={"mode": "adaptive", "max_attempts": 8})
_PARTS = {
    "ConfigRuleName": None,
    "ComplianceResourceType": "complianceResourceType",
    "ComplianceResourceId": "complianceResourceId",
    "ComplianceType": "complianceType",
    "Annotation": "annotation",
}
KEYS_A_CALL = 100  # that BatchGetResourceConfig takes
_STATES = ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE")  # of a custom rule


class Clients:
    """Stands in for rdklib's ClientFactory: from here no role is assumed."""

    def build_client(self, service: str, region: str | None = None, assume_role_mode: bool = True) -> Any:  # noqa: ARG002 - rdklib's signature
        """Return a client of the environment that this process was given."""
        return boto3.client(service, region_name=region, config=RETRIES)  # type: ignore[call-overload]  # any service name


def answer(request: dict[str, Any], load: Callable[[], Any]) -> str:
    """Return the answer to a request as JSON."""
    try:
        return json.dumps(_judge(request, load), allow_nan=False)
    except BaseException as error:  # noqa: BLE001 - a rule is anybody's code; whatever it raises, it has not judged
        return json.dumps({"Error": _describe(error)})


class NotLoaded(Exception):
    """The rule's module or class cannot be had."""


def _judge(request: dict[str, Any], load: Callable[[], Any]) -> dict[str, Any]:
    evaluator = _made(request["Rule"], load)
    valid = evaluator.evaluate_parameters(dict(request["Parameters"]))
    if types := request["ResourceTypes"]:
        judged, measured = _changes(evaluator, request["Event"], valid, types), ()
    else:
        judged, measured = _evaluate(evaluator, request["Event"], valid)
    return {
        "Evaluations": [_evaluation(request["Rule"], one) for one in judged],
        "Figures": list(measured),
    }


def _evaluate(evaluator: Any, event: Any, valid: Any) -> tuple[Any, Any]:
    """Judge, and measure where a rule has ``evaluate_and_measure`` beside rdklib's ``evaluate_periodic``."""
    if hasattr(evaluator, "evaluate_and_measure"):
        judged, measured = evaluator.evaluate_and_measure(event, Clients(), valid)
        return _listed(judged, "evaluate_and_measure"), measured
    return _listed(evaluator.evaluate_periodic(event, Clients(), valid), "evaluate_periodic"), ()


def _changes(evaluator: Any, event: dict[str, Any], valid: Any, types: list[str]) -> list[Any]:
    """Let a rule that changes trigger judge every resource of these types as Config has it recorded now."""
    judged = []
    for item in _recorded(types):
        notification = json.loads(event["invokingEvent"])
        notification |= {"messageType": "ConfigurationItemChangeNotification", "configurationItem": item}
        told = {**event, "invokingEvent": json.dumps(notification)}
        found = _listed(evaluator.evaluate_change(told, Clients(), item, valid), "evaluate_change")
        for one in found:
            one.import_fields_from_configuration_item(item)  # as rdklib does with what a rule leaves out
        judged += found
    return judged


def _recorded(types: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the latest recorded state of each resource, as the event of a change has it."""
    config = Clients().build_client("config")
    pages = config.get_paginator("list_discovered_resources")
    for kind in types:
        found = [one for page in pages.paginate(resourceType=kind) for one in page["resourceIdentifiers"]]
        keys = [{"resourceType": kind, "resourceId": one["resourceId"]} for one in found]
        for first in range(0, len(keys), KEYS_A_CALL):
            waiting = keys[first : first + KEYS_A_CALL]
            while waiting:
                answer = config.batch_get_resource_config(resourceKeys=waiting)
                yield from (_item(one) for one in answer["baseConfigurationItems"])
                waiting = answer.get("unprocessedResourceKeys", [])


def _item(one: dict[str, Any]) -> dict[str, Any]:
    """Turn what BatchGetResourceConfig returns into the configurationItem of an event: JSON, other names."""
    texts = one.get("supplementaryConfiguration") or {}
    item: dict[str, Any] = json.loads(json.dumps(one, default=lambda time: time.isoformat()))
    return item | {
        "awsAccountId": one.get("accountId"),
        "ARN": one.get("arn"),
        "configuration": json.loads(one.get("configuration") or "{}"),
        "supplementaryConfiguration": {name: _parsed(text) for name, text in texts.items()},
    }


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # plain text stands as it is
        return text


def _listed(judged: Any, method: str) -> list[Any]:
    if not isinstance(judged, list):
        raise TypeError(f"{method} returned {type(judged).__name__}, not a list of evaluations")
    return judged


def _made(rule: str, load: Callable[[], Any]) -> Any:
    place = f"rules/{rule}/{rule}.py"
    try:
        module = load()
    except ImportError as error:
        raise NotLoaded(f"{place}: imports: {error}; install it, or correct the import") from error
    except Exception as error:
        raise NotLoaded(f"{place}: cannot be loaded: {type(error).__name__}: {error}; mend it") from error
    if not hasattr(module, rule):
        raise NotLoaded(f"{place}: has no class {rule}; name the class like the rule")
    return getattr(module, rule)()


def _evaluation(rule: str, one: Any) -> dict[str, str]:
    found: dict[str, Any] = {
        name: rule if part is None else getattr(one, part, None) for name, part in _PARTS.items()
    }
    found["Annotation"] = found["Annotation"] or ""  # rdklib's own default is None for some versions
    if wrong := next((name for name, value in found.items() if not isinstance(value, str)), None):
        raise TypeError(f"evaluate_periodic returned {type(one).__name__} without {wrong}")
    if found["ComplianceType"] not in _STATES:
        raise ValueError(
            f"evaluate_periodic returned {found['ComplianceType']!r}, which is none of {_STATES}"
        )
    return found


def _describe(error: BaseException) -> dict[str, Any]:
    """Return what the parent needs: NotLoaded, an error of AWS, wrong parameters, or anything else."""
    if isinstance(error, ClientError):
        return {
            "Kind": "ClientError",
            "Message": error.response.get("Error", {}),
            "Operation": error.operation_name,
        }
    refused = any(kind.__name__ == "InvalidParametersError" for kind in type(error).__mro__)
    kind = "NotLoaded" if isinstance(error, NotLoaded) else "Refused" if refused else type(error).__name__
    return {"Kind": kind, "Message": str(error)}
