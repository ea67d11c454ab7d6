"""A script step has a Handler, a Script or an Attachment, and a runtime that the service takes.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language import runtimes
from rulebook.automation.language.actions import SCRIPT
from rulebook.automation.references import has_reference, whole_reference
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "script-inputs"

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
WRONG = RIGHT.replace("python3.11", "nodejs20.x")


def find(document: Node) -> Iterator[Finding]:
    """Find script steps that lack something."""
    for step in flow.every_step(document):
        if step["action"].value != SCRIPT:
            continue
        inputs = step["inputs"]
        runtime = inputs["Runtime"]
        powershell = runtime.value in runtimes.POWERSHELL
        known = runtime.value == runtimes.PYTHON or runtime.value in runtimes.RETIRED
        if runtime.exists and not (known or powershell or has_reference(runtime.value)):
            yield runtime.finding(f"is {runtime.value!r}", f"write {runtimes.PYTHON}")
        if not inputs["Handler"].text.strip() and not powershell:
            yield inputs["Handler"].finding("is missing or no text", "name a function of the script")
        if not inputs["Script"].text.strip() and (inputs["Script"].exists or not inputs["Attachment"].exists):
            yield inputs["Script"].finding("is missing or no text", 'write Script: "@<file>.py"')
        payload = inputs["InputPayload"]
        if payload.exists and not isinstance(payload.value, dict) and not whole_reference(payload.value):
            yield payload.finding("is no object", "write one key for each value")
