"""Step outputs are unique, of a known type, and declared where the action has an answer to select from.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-outputs-inputs.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language import value_types
from rulebook.automation.language.actions import ACTIONS
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "output-declarations"

RIGHT = """\
- name: Find
  action: aws:executeAwsApi
  inputs:
    Service: sts
    Api: GetCallerIdentity
  outputs:
    - Name: Account
      Selector: $.Account
      Type: String
"""
WRONG = RIGHT.replace("Type: String", "Type: Text")


def find(document: Node) -> Iterator[Finding]:
    """Find outputs that the service would refuse."""
    for step in flow.every_step(document):
        action = ACTIONS.get(step["action"].text)
        if action and not action.selects and step["outputs"].value:
            yield step["outputs"].finding(f"select from {action.name}, which answers nothing", "remove them")
            continue
        seen: set[str] = set()
        for output in step["outputs"]:
            name, kind = output["Name"], output["Type"]
            if name.text in seen:
                yield name.finding(f"is {name.text} again", "rename one of them")
            seen.add(name.text)
            if kind.exists and kind.text not in value_types.TYPES:
                yield kind.finding(f"is {kind.text}", f"use one of {', '.join(value_types.TYPES)}")
