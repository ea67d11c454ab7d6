"""Each allowed value is of its parameter's type: no start could pass another.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.language import value_types
from rulebook.finding import Finding
from rulebook.wording import shown

CODE = "allowed-values"

RIGHT = """\
parameters:
  Days:
    type: String
    allowedValues: ["30", "90"]
mainSteps:
  - name: Wait
    action: aws:sleep
    inputs:
      Duration: P{{ Days }}D
"""
WRONG = RIGHT.replace('"90"', "90")


# StringList is left out: AWS's own AWSConfigRemediation-EnableCloudFrontOriginFailover has numbers for items.
_ITEMS = {"String": "String", "Integer": "Integer", "Boolean": "Boolean"}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find values of another type; text that reads as the type will do."""
    for declared in document.parameters:
        wanted = _ITEMS.get(value_types.kind(declared["type"].value) or "")
        for value in declared["allowedValues"] if wanted else ():
            try:
                value_types.read_value(wanted or "", value.value)
            except ValueError:
                problem = f"is {shown(value.value)}, and the parameter is {declared['type'].text}"
                yield value.finding(problem, f"write {value_types.ALLOWED[wanted or '']}, as text in quotes")
