"""Read one property and compare it, as the assert and the wait ...AwsResourceProperty actions both do."""

from collections.abc import Mapping
from typing import Any

from rulebook.automation import jsonpath
from rulebook.automation.actions.base import Context
from rulebook.automation.actions.execute_api import call
from rulebook.automation.failures import StepFailed


def difference(inputs: Mapping[str, Any], context: Context) -> str:
    """Return how the property differs from every desired value; empty if it is one of them.

    Values are compared as text, as AWS documents for Booleans ("True", "False").
    """
    response = call(inputs, context, "PropertySelector", "DesiredValues")
    try:
        value = jsonpath.select_jsonpath(inputs["PropertySelector"], response)
    except (LookupError, ValueError) as error:
        raise StepFailed(str(error)) from error
    desired = [str(one) for one in inputs["DesiredValues"]]
    found = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if found and all(one in desired for one in found):
        return ""
    return f"{inputs['PropertySelector']} is {', '.join(found) or 'empty'}, not {' or '.join(desired)}"
