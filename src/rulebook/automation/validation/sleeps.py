"""aws:sleep waits for a Duration or until a Timestamp, one of the two, in ISO 8601.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-sleep.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language import durations
from rulebook.automation.language.actions import SLEEP
from rulebook.automation.references import has_reference
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import shown

CODE = "sleeps"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT10M
"""
WRONG = RIGHT.replace("PT10M", "10 minutes")

_READ = {"Duration": durations.duration, "Timestamp": durations.instant}


def find(document: Node) -> Iterator[Finding]:
    """Find sleeps without an end, with two, or with one that cannot be read."""
    for step in flow.every_step(document):
        if step["action"].value != SLEEP:
            continue
        given = [step["inputs"][name] for name in _READ if step["inputs"][name].exists]
        if len(given) != 1:
            problem = "have both Duration and Timestamp" if given else "have neither Duration nor Timestamp"
            yield step["inputs"].finding(problem, "give one of them")
        for one in given:
            if not isinstance(one.value, str):
                yield one.finding(f"is {shown(one.value)}", "it must be text")
            elif not has_reference(one.value):
                try:
                    _READ[one.key](one.value)
                except ValueError as error:
                    yield one.finding(str(error), "write PT10M, or 2030-01-01T01:00:00Z for a Timestamp")
