"""``{{ Parameter }}``, ``{{ Step.Output }}`` and the service's own variables, anywhere in a JSON value.

A string that is exactly one reference takes the value with its JSON type; within a longer string the value
is written as text. What was put in is never looked at again, so a value that contains ``{{`` stays what it
is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

# https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-variables.html
SYSTEM_NAMES = frozenset({"global:DATE", "global:DATE_TIME", "global:REGION", "automation:EXECUTION_ID"})

_REFERENCE = re.compile(r"\{\{([^{}]+)\}\}")


def names(value: Any) -> Iterator[str]:
    """Yield every name that the value refers to, in order of appearance."""
    if isinstance(value, str):
        yield from (match[1].strip() for match in _REFERENCE.finditer(value))
    elif isinstance(value, dict):
        for item in value.values():
            yield from names(item)
    elif isinstance(value, list):
        for item in value:
            yield from names(item)


def resolve(value: Any, lookup: Callable[[str], Any]) -> Any:
    """Return the value with every reference replaced.

    Args:
        value: any JSON value; keys of maps are left as they are.
        lookup: from a name to its value; whatever it raises travels.
    """
    if isinstance(value, str):
        return _resolve_text(value, lookup)
    if isinstance(value, dict):
        return {key: resolve(item, lookup) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, lookup) for item in value]
    return value


def _resolve_text(text: str, lookup: Callable[[str], Any]) -> Any:
    whole = _REFERENCE.fullmatch(text)
    if whole:
        return lookup(whole[1].strip())
    return _REFERENCE.sub(lambda match: as_text(lookup(match[1].strip())), text)


def as_text(value: Any) -> str:
    """Write a value as it stands within a longer string: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
