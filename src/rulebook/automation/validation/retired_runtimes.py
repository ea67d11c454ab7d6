"""No script has a runtime that the service has retired: it takes no document with one since September 2025.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html. Documents
that are there still have them; the runner takes those, and runs their scripts with the Python at hand.
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language import runtimes
from rulebook.automation.language.actions import SCRIPT
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "retired-runtimes"

RIGHT = """\
- name: Greet
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: greet
    Script: |
      def greet(events, context):
          return {"Greeting": "Hello"}
"""
WRONG = RIGHT.replace("python3.11", "python3.8")


def find(document: Node) -> Iterator[Finding]:
    """Find scripts with a retired runtime."""
    for step in flow.every_step(document):
        runtime = step["inputs"]["Runtime"]
        if step["action"].value == SCRIPT and runtime.value in runtimes.RETIRED:
            yield runtime.finding(f"is {runtime.value!r}", f"write {runtimes.PYTHON}")
