"""Step names are unique and of letters, digits and ``_``.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (common properties, name)
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language.limits import STEP_NAME
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "step-names"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
- name: WaitAgain
  action: aws:sleep
  inputs:
    Duration: PT1M
"""
WRONG = RIGHT.replace("WaitAgain", "Wait-Again")


def find(document: Node) -> Iterator[Finding]:
    """Find names that are malformed or taken."""
    seen: set[str] = set()
    for step in flow.every_step(document):
        name = step["name"]
        if not STEP_NAME.fullmatch(name.text):
            yield name.finding(f"is {name.text!r}", "use letters, digits and _")
        if name.text in seen:
            yield name.finding(f"is {name.text}, as an earlier step's", "rename one of them")
        seen.add(name.text)
