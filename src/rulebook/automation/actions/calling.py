"""Ask an account, wait for what it makes, and read inputs that may be written as text."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from rulebook.automation.actions.base import Context
from rulebook.automation.actions.execute_api import call
from rulebook.automation.failures import StepFailed

PAUSE = 2.0  # seconds between two looks at what is being made; the service's own is not documented

Found = TypeVar("Found")


def ask(context: Context, service: str, api: str, **arguments: Any) -> Any:
    """Call an API, without the arguments that are None; return its response.

    Raises:
        StepFailed: it was refused.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    return call({"Service": service, "Api": api, **given}, context)


def until(look: Callable[[], Found | None], context: Context) -> Found:
    """Look again and again until there is something; return it.

    Raises:
        StepTimedOut, StepCancelled: as soon as it is time to.
    """
    while (found := look()) is None:
        context.wait(PAUSE)
    return found


def flag(inputs: Mapping[str, Any], name: str) -> bool | None:
    """Return an input that is true or false, or text of it; None if it is not given."""
    value = inputs.get(name)
    if value is None or value == "":
        return None
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise StepFailed(f"{name} is {value!r}; it must be true or false")


def number(inputs: Mapping[str, Any], name: str) -> int | None:
    """Return an input that is a whole number, or text of one; None if it is not given."""
    value = inputs.get(name)
    if value is None or value == "":
        return None
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise StepFailed(f"{name} is {value!r}; it must be a whole number") from error


def several(inputs: Mapping[str, Any], name: str) -> list[Any] | None:
    """Return an input that is a list; one value alone is a list of it; None if it is not given."""
    value = inputs.get(name)
    if value is None or value == "":
        return None
    return value if isinstance(value, list) else [value]


def as_api_text(value: Any) -> str:
    """Write a value as an API takes it where it wants text: JSON, but text as it is."""
    return value if isinstance(value, str) else json.dumps(value)
