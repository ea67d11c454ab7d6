"""An output, and a property that a step reads, is in the answer of the operation, and of the declared type.

An answer never holds what the model of the operation does not: the output stays empty, and a wait never ends.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html
"""

from collections.abc import Generator, Iterator

from botocore.model import ListShape, OperationModel

from rulebook.authoring.checks.api_steps import operations
from rulebook.authoring.checks.arguments import WORDS, likely
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.selected import ANYTHING, Misses, Reached, Unclear, reach
from rulebook.automation.language.actions import PROPERTY_READS
from rulebook.automation.references import has_reference
from rulebook.finding import Finding, Severity
from rulebook.node import Node
from rulebook.service_model import BOTOCORE

CODE = "api-selectors"

RIGHT = """\
- name: Look
  action: aws:executeAwsApi
  inputs:
    Service: ec2
    Api: DescribeInstances
  outputs:
    - Name: State
      Selector: $.Reservations[0].Instances[0].State.Name
      Type: String
"""
WRONG = RIGHT.replace("$.Reservations[0].Instances[0]", "$.Payload")

# From what stands there in botocore's words to the declared types that it certainly is not; and to those
# that it is not as it stands, and of which AWS does not say whether it turns it into them.
_TEXT = ({"Integer", "Boolean", "StringMap", "MapList"}, set[str]())
_NUMBER = ({"Boolean", "StringList", "StringMap", "MapList"}, {"String"})
_OBJECT = ({"Integer", "Boolean", "StringList", "MapList"}, {"String"})
_NEVER: dict[str, tuple[set[str], set[str]]] = {
    "string": _TEXT,
    "timestamp": _TEXT,
    "blob": _TEXT,
    "boolean": ({"Integer", "StringList", "StringMap", "MapList"}, {"String"}),
    "integer": _NUMBER,
    "long": _NUMBER,
    "float": _NUMBER,
    "double": _NUMBER,
    "structure": _OBJECT,
    "map": _OBJECT,
}
_TO_DECLARE = {
    "boolean": "Boolean",
    "integer": "Integer",
    "long": "Integer",
    "float": "Integer",
    "double": "Integer",
    "structure": "StringMap",
    "map": "StringMap",
}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find selectors that reach nothing, and types that what they reach does not have."""
    for step, operation in operations(document):
        for output in step["outputs"]:
            reached = yield from _reached(operation, output["Selector"], "warning")
            if reached:
                yield from _of_type(output["Type"], reached)
        if step["action"].value in PROPERTY_READS:
            yield from _reached(operation, step["inputs"]["PropertySelector"], "error")


def _reached(
    operation: OperationModel, selector: Node, severity: Severity
) -> Generator[Finding, None, Reached | None]:
    if not selector.text or has_reference(selector.text):
        return None
    try:
        return reach(operation, selector.text)
    except Unclear:
        return None
    except Misses as miss:
        yield selector.finding(*_missed(operation, miss), severity)
    return None


def _missed(operation: OperationModel, miss: Misses) -> tuple[str, str]:
    name = f"{operation.service_model.service_name} {operation.name}"
    if not miss.within:
        return f"selects {miss.name}, and {name} answers with nothing", "remove it"
    if isinstance(miss.name, int):
        return f"selects [{miss.name}] of what is no list in the answer of {name}", f"remove [{miss.name}]"
    if miss.within == "list":
        return (
            f"selects {miss.name} of a list in the answer of {name}",
            f"write [0] or [*] before {miss.name}",
        )
    if miss.within != "structure":
        return f"selects {miss.name} of {WORDS[miss.within]} in the answer of {name}", "stop before it"
    problem = f"selects {miss.name}, which the answer of {name} does not hold there ({BOTOCORE})"
    return problem, likely(str(miss.name), miss.known)


def _of_type(declared: Node, reached: Reached) -> Iterator[Finding]:
    shape = reached.shapes[0]
    if not declared.text or shape is ANYTHING or reached.several or len(reached.shapes) != 1:
        return
    kind = shape.type_name
    if isinstance(shape, ListShape):
        inner = "MapList" if shape.member.type_name in ("structure", "map") else "StringList"
        never, perhaps = (
            {"Integer", "Boolean", "StringMap"},
            {"String", *({"StringList", "MapList"} - {inner})},
        )
        right = inner
    else:
        (never, perhaps), right = _NEVER[kind], _TO_DECLARE.get(kind, "String")
    problem, cure = f"is {declared.text}, and {WORDS[kind]} is selected", f"write {right}"
    if declared.text in never:
        yield declared.finding(problem, cure)
    elif declared.text in perhaps:
        yield declared.finding(problem, cure, "warning")
