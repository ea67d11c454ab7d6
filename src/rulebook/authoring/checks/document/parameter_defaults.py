"""Every parameter's default is one of its own allowed values and matches its own pattern.

The service takes a document whose default it then refuses (InvalidAutomationExecutionParametersException),
so a runbook started without that parameter can never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find patterns that are none, and defaults that their own parameter refuses."""
    for name, declared in document.parameters.items():
        place = f"parameters.{name}"
        try:
            re.compile(declared.get("allowedPattern", ""))
        except (re.error, OverflowError, RecursionError) as error:
            yield document.finding(
                f"{place}.allowedPattern", f"is no pattern: {error}", "mend the regular expression"
            )
        else:
            if "default" in declared and (problem := refusal(declared, declared["default"])):
                yield document.finding(f"{place}.default", problem, "change the default, or what is allowed")


def refusal(declared: dict[str, Any], value: Any) -> str:
    """Say why a parameter does not take a value, or return an empty text."""
    allowed = declared.get("allowedValues")
    if allowed is not None and value not in allowed:
        return f"is {value!r}, not one of {', '.join(map(str, allowed))}"
    pattern = declared.get("allowedPattern")
    for one in value if isinstance(value, list) else [value]:
        if pattern is not None and isinstance(one, str) and not re.search(pattern, one):
            return f"is {one!r}, which does not match {pattern}"
    return ""
