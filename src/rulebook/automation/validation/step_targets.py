"""Every jump goes to a step that exists, and onFailure and onCancel say something the service knows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (common properties)
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language import keys
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import nearest

CODE = "step-targets"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
  onFailure: step:Report
  nextStep: Report
- name: Report
  action: aws:pause
  inputs: {}
"""
WRONG = RIGHT.replace("step:Report", "step:Tell")


def find(document: Node) -> Iterator[Finding]:
    """Find jumps to nowhere or into a loop, and reactions that do not exist."""
    everywhere = {flow.name(step) for step in flow.every_step(document)}
    for number, sequence in enumerate(flow.sequences(document)):
        # A step of a loop may leave it: AWS's own documents do so when something fails.
        names = everywhere if number else {flow.name(step) for step in sequence}
        for step in sequence:
            for node, target in flow.jumps(step):
                if target not in names:
                    yield node.finding(f"goes to {target}, which is no step", nearest(target, names))
            yield from _reactions(step)


def _reactions(step: Node) -> Iterator[Finding]:
    for reaction in (step["onFailure"], step["onCancel"]):
        known = reaction.text in keys.REACTIONS or reaction.text.startswith(keys.JUMP)
        if reaction.exists and not known:
            yield reaction.finding(f"is {reaction.text!r}", f"use {', '.join(keys.REACTIONS)} or step:<name>")
