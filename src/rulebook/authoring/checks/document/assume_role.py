"""The document takes a role as ``AutomationAssumeRole`` and assumes it.

Config starts an automatic remediation only with a parameter of exactly that name, and a script without a
role has no permissions. https://docs.aws.amazon.com/config/latest/developerguide/setup-autoremediation.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

PARAMETER = "AutomationAssumeRole"
TYPES = ("String", "AWS::IAM::Role::Arn")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a role that is not declared, not assumed, or optional."""
    declared = document.parameters.get(PARAMETER)
    if declared is None:
        yield document.finding("parameters", f"do not have {PARAMETER}", "declare it as a String")
    elif declared["type"] not in TYPES:
        yield document.finding(
            f"parameters.{PARAMETER}.type", f"is {declared['type']}", f"use {' or '.join(TYPES)}"
        )
    elif "default" in declared:
        yield document.finding(
            f"parameters.{PARAMETER}.default",
            "makes the role optional",
            "remove the default: a role is needed",
        )
    role = document.content.get("assumeRole", "")
    if not re.fullmatch(r"\{\{\s*AutomationAssumeRole\s*\}\}", role):
        yield document.finding("assumeRole", f"is {role!r}", f'write "{{{{ {PARAMETER} }}}}"')
