"""Every parameter has a type of Automation, and a default of that type.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

AWS_TYPE = re.compile(r"(List<)?AWS::[A-Za-z0-9]+(::[A-Za-z0-9]+)*>?")

TYPES: dict[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "StringList": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "MapList": lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
    "StringMap": lambda value: isinstance(value, dict),
}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find unknown types, and defaults of another type."""
    for name, declared in document.parameters.items():
        place = f"parameters.{name}"
        fits = TYPES.get(declared["type"])
        if fits is None:
            if not AWS_TYPE.fullmatch(declared["type"]):
                yield document.finding(
                    f"{place}.type", f"is {declared['type']}", f"use one of {', '.join(TYPES)}"
                )
        elif "default" in declared and not fits(declared["default"]):
            default = declared["default"]
            yield document.finding(
                f"{place}.default", f"is {default!r}, no {declared['type']}", "quote it, or change the type"
            )
