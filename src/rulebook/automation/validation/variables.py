"""aws:updateVariable names a variable that the document declares, and gives it a value of its type.

AWS's page says: "Data type conversions aren't supported".
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-update-variable.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.declared_types import declared_types
from rulebook.automation.language import system_variables, value_types
from rulebook.automation.language.actions import UPDATE_VARIABLE
from rulebook.automation.references import has_reference, whole_reference
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import nearest, shown

CODE = "variables"

RIGHT = """\
variables:
  Found:
    type: Boolean
    default: false
mainSteps:
  - name: Remember
    action: aws:updateVariable
    inputs:
      Name: variable:Found
      Value: true
"""
WRONG = RIGHT.replace("variable:Found", "variable:Seen")


_PREFIX = f"{system_variables.VARIABLE}:"


def find(document: Node) -> Iterator[Finding]:
    """Find updates of what is no variable, and values of another type."""
    types = declared_types(document)
    for step in flow.every_step(document):
        if step["action"].value == UPDATE_VARIABLE:
            yield from _update(step["inputs"], document["variables"], types)


def _update(inputs: Node, variables: Node, types: dict[str, str]) -> Iterator[Finding]:
    name, value = inputs["Name"], inputs["Value"]
    if not name.exists or has_reference(name.value):
        return
    if not name.text.startswith(_PREFIX):
        yield name.finding(f"is {shown(name.value)}", f"write {_PREFIX}<name>")
    elif name.text.removeprefix(_PREFIX) not in variables.names():
        known = [f"{_PREFIX}{one}" for one in variables.names()]
        yield name.finding(f"is {name.text}, which is not declared", nearest(name.text, known))
    elif value.exists and (wanted := types.get(name.text)):
        yield from _value(value, wanted, types)


def _value(value: Node, wanted: str, types: dict[str, str]) -> Iterator[Finding]:
    if source := whole_reference(value.value):
        given = types.get(source, wanted)
        if given != wanted:
            yield value.finding(
                f"is declared {given}, and the variable is {wanted}", "convert it in a script first"
            )
    elif not value_types.is_a(wanted, value.value) and not (
        has_reference(value.value) and wanted == "String"
    ):
        yield value.finding(
            f"is {shown(value.value)}, and the variable is {wanted}", f"give {value_types.ALLOWED[wanted]}"
        )
