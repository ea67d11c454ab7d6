"""A document has the shape of an Automation document: known keys, right types, at least one step.

A misspelt key (``nexStep``) is ignored or refused by the service, depending on where it stands. The keys
are those of
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html and
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (common properties).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding
from rulebook.project.rdk_config import schema


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find every key and type that an Automation document cannot have."""
    for error in _validator().iter_errors(document.content):
        yield document.finding(*schema.describe(error))


@cache
def _validator() -> Draft202012Validator:
    return schema.validator(Path(__file__).parent / "document.schema.json")
