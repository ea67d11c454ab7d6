"""The document takes a role as ``AutomationAssumeRole`` and assumes it.

Config starts an automatic remediation only with a parameter of exactly that name, and a script without a
role has no permissions. https://docs.aws.amazon.com/config/latest/developerguide/setup-autoremediation.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.references import whole_reference
from rulebook.finding import Finding
from rulebook.project.rdk_config import ROLE_PARAMETER

CODE = "assume-role"

RIGHT = """\
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole:
    type: AWS::IAM::Role::Arn
"""
WRONG = RIGHT.replace("Role::Arn", "Role::Arn\n    default: arn:aws:iam::111122223333:role/Runbooks")

TYPES = ("String", "AWS::IAM::Role::Arn")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find a role that is not declared, not assumed, or optional."""
    declared = document.parameters[ROLE_PARAMETER]
    if not declared.exists:
        yield document.parameters.finding(f"do not have {ROLE_PARAMETER}", "declare it as a String")
    elif declared["type"].value not in TYPES:
        yield declared["type"].finding(f"is {declared['type'].text}", f"use {' or '.join(TYPES)}")
    elif declared["default"].exists:
        yield declared["default"].finding("makes the role optional", "remove the default: a role is needed")
    role = document.node["assumeRole"]
    if whole_reference(role.value) != ROLE_PARAMETER:
        yield role.finding(f"is {role.text!r}", f'write "{{{{ {ROLE_PARAMETER} }}}}"')
