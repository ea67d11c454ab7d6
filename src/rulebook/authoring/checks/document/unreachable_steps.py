"""Every step can be reached from the first: one that cannot is believed in and never run.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation import flow
from rulebook.finding import Finding

CODE = "unreachable-steps"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
  onFailure: step:Report
  isEnd: true
- name: Report
  action: aws:pause
  inputs: {}
"""
WRONG = RIGHT.replace("  onFailure: step:Report\n", "")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find steps that no path leads to."""
    if not flow.is_certain(document.node):
        return
    first, *others = document.steps()
    reached = flow.reached_from(flow.name(first), flow.successors(document.node)) | {flow.name(first)}
    for step in others:
        if flow.name(step) not in reached:
            problem, cure = f"{flow.name(step)} is never reached", "lead a step to it, or remove it"
            yield step.finding(problem, cure, "warning")
