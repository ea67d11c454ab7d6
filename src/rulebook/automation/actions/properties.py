"""Read one property and compare it, as the assert and the wait ...AwsResourceProperty actions both do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.automation import jsonpath
from rulebook.automation.actions.base import Context, missing, not_text
from rulebook.automation.actions.execute_api import call
from rulebook.automation.failures import StepFailed


def problems(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the inputs of either action."""
    yield from missing(inputs, "Service", "Api", "PropertySelector", "DesiredValues")
    yield from not_text(inputs, "Service", "Api", "PropertySelector")
    if not isinstance(inputs.get("DesiredValues", []), list):
        yield "inputs.DesiredValues must be a list"
    try:
        jsonpath.parse(str(inputs.get("PropertySelector", "$")))
    except ValueError as error:
        yield f"inputs.PropertySelector: {error}"


def difference(inputs: Mapping[str, Any], context: Context) -> str:
    """Return how the property differs from every desired value; empty if it is one of them.

    Values are compared as text, as AWS documents for Booleans ("True", "False").
    """
    response = call(inputs, context, "PropertySelector", "DesiredValues")
    try:
        value = jsonpath.select(inputs["PropertySelector"], response)
    except LookupError as error:
        raise StepFailed(str(error)) from error
    desired = [str(one) for one in inputs["DesiredValues"]]
    found = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if found and all(one in desired for one in found):
        return ""
    return f"{inputs['PropertySelector']} is {', '.join(found) or 'empty'}, not {' or '.join(desired)}"
