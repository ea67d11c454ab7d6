"""A step gives an operation the parameters that it takes, of the types that it takes.

Names are exact: of 1,460 public steps none has a parameter in another case. Types are too: AWS's own
documents turn texts into numbers by a script of their own before they pass them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.api_steps import operations
from rulebook.authoring.checks.arguments import Arguments
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.declared_types import declared_types
from rulebook.automation.language.actions import PROPERTY_READS
from rulebook.finding import Finding

CODE = "api-parameters"

RIGHT = """\
- name: Stop
  action: aws:executeAwsApi
  inputs:
    Service: ec2
    Api: StopInstances
    InstanceIds: [i-0123456789abcdef0]
"""
WRONG = RIGHT.replace("[i-0123456789abcdef0]", "i-0123456789abcdef0")
_CALL = {"Service", "Api"}
_PROPERTY = {"PropertySelector", "DesiredValues"}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find parameters that are unknown, missing, of another type or of another value."""
    steps = list(operations(document))
    declared = declared_types(document.node) if steps else {}
    for step, operation in steps:
        own = _CALL | _PROPERTY if step["action"].value in PROPERTY_READS else _CALL
        given = [one for one in step["inputs"] if one.key not in own]
        yield from Arguments(operation, declared).wrong(given, step["inputs"].place)
