"""A step waits for, or asserts, values that the property can have: for another it waits until its time is up.

Values are compared as text. "If you specify a Boolean value, it must be capitalized": True or False.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-waitForAwsResourceProperty.html
"""

from collections.abc import Iterator

from botocore.model import OperationModel, Shape

from rulebook import service_model
from rulebook.authoring.checks.api_steps import operations
from rulebook.authoring.checks.arguments import likely
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.selected import Misses, Unclear, reach
from rulebook.automation.language.actions import PROPERTY_READS
from rulebook.automation.references import has_reference
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import shown

CODE = "api-desired-values"

RIGHT = """\
- name: WaitUntilStopped
  action: aws:waitForAwsResourceProperty
  inputs:
    Service: ec2
    Api: DescribeInstances
    PropertySelector: $.Reservations[0].Instances[0].State.Name
    DesiredValues: [stopped]
"""
WRONG = RIGHT.replace("[stopped]", "[Stopped]")
_FLAGS = frozenset({"True", "False"})


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find values that the property never has: an error if it never has any of them."""
    for step, operation in operations(document):
        selector, desired = step["inputs"]["PropertySelector"], step["inputs"]["DesiredValues"]
        if step["action"].value in PROPERTY_READS and selector.text and isinstance(desired.value, list):
            known = _known(operation, selector.text)
            if known:
                yield from _unknown(operation, list(desired), known)


def _known(operation: OperationModel, selector: str) -> frozenset[str]:
    """Return the values that the property can have; empty where that is not known."""
    try:
        shapes = () if has_reference(selector) else reach(operation, selector).shapes
    except (Misses, Unclear):
        return frozenset()
    listed = [_values(operation, shape) for shape in shapes]
    return frozenset[str]().union(*listed) if all(listed) else frozenset()


def _values(operation: OperationModel, shape: Shape | None) -> frozenset[str]:
    if shape is None:
        return frozenset()
    return _FLAGS if shape.type_name == "boolean" else service_model.listed_values(operation, shape)


def _unknown(operation: OperationModel, desired: list[Node], known: frozenset[str]) -> Iterator[Finding]:
    if any(not isinstance(one.value, str) or has_reference(one.value) for one in desired):
        possible = True
    else:
        possible = any(one.text in known for one in desired)
    in_any_case = {value.lower(): value for value in known}
    for one in desired:
        if not one.text or has_reference(one.text) or one.text in known:
            continue
        meant = in_any_case.get(one.text.lower())
        if meant and possible:  # another spelling beside the right one
            continue
        name = f"{operation.service_model.service_name} {operation.name}"
        problem = f"is {shown(one.text)}, which {name} does not answer ({service_model.BOTOCORE})"
        cure = f"write {meant}" if meant else likely(one.text, known)
        yield one.finding(problem, cure, "warning" if possible else "error")
