"""A step ends the run or goes on, not both: isEnd wins, and nextStep is believed in and not followed.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (common properties)
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation import flow
from rulebook.finding import Finding

CODE = "step-ends"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
  nextStep: WaitAgain
- name: WaitAgain
  action: aws:sleep
  inputs:
    Duration: PT1M
  isEnd: true
"""
WRONG = RIGHT.replace("nextStep: WaitAgain", "nextStep: WaitAgain\n  isEnd: true")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find ends that go on."""
    for step in document.steps():
        if flow.is_true(step["isEnd"]) and step["nextStep"].exists:
            problem = "ends the run, and nextStep goes on"
            yield step["isEnd"].finding(problem, "keep one of the two", "warning")
