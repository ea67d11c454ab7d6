"""Every action is one of Automation's, with the inputs that it needs and no others.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language.actions import ACTIONS
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import nearest

CODE = "actions"

WRONG = """\
- name: Wait
  action: aws:pauseFor
  inputs: {}
"""
RIGHT = """\
- name: Wait
  action: aws:pause
  inputs: {}
"""


def find(document: Node) -> Iterator[Finding]:
    """Find actions that do not exist, and inputs that are missing or unknown."""
    for step in flow.every_step(document):
        action = ACTIONS.get(step["action"].text)
        if action is None:
            name = step["action"].text
            yield step["action"].finding(f"is {name!r}, which does not exist", nearest(name, ACTIONS))
            continue
        inputs = step["inputs"]
        for name in sorted(action.required):
            if not inputs[name].exists:
                yield inputs[name].finding(f"is missing, and {action.name} needs it", "add it")
        for given in inputs:
            if given.key not in action.inputs and not action.any_input:
                yield given.finding(f"is no input of {action.name}", nearest(given.key, action.inputs))
