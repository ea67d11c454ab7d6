"""Every parameter and variable has a type of Automation.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

from collections.abc import Iterator

from rulebook.automation.language import value_types
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "parameter-types"

RIGHT = """\
parameters:
  Days:
    type: Integer
mainSteps:
  - name: Wait
    action: aws:sleep
    inputs:
      Duration: P{{ Days }}D
"""
WRONG = RIGHT.replace("Integer", "Number")


def find(document: Node) -> Iterator[Finding]:
    """Find unknown types."""
    for declared in (*document["parameters"], *document["variables"]):
        kind = declared["type"]
        if value_types.kind(kind.value) is None:
            known = ", ".join(value_types.TYPES)
            yield kind.finding(f"is {kind.text}", f"use one of {known} or an AWS type")
