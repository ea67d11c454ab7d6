"""A cycle of steps has an exit: one that only a failure ends harms till then.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation import flow
from rulebook.finding import Finding

CODE = "endless-cycles"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
- name: IsItMonday
  action: aws:branch
  inputs:
    Choices:
      - Variable: "{{ global:DATE }}"
        StringEquals: "2030-01-07"
        NextStep: Tell
    Default: Wait
- name: Tell
  action: aws:pause
  inputs: {}
"""
WRONG = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
- name: Tell
  action: aws:pause
  inputs: {}
  nextStep: Wait
"""


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find the steps from which the run cannot come to an end, once for each cycle."""
    if not flow.is_certain(document.node):
        return
    graph, ends = flow.successors(document.node), flow.ends(document.node)
    told: set[str] = set()
    for step in document.steps():
        name = flow.name(step)
        after = flow.reached_from(name, graph)
        if name in after and name not in told and not ends & after:
            cycle = [one for one in graph if one in after and name in flow.reached_from(one, graph)]
            told.update(cycle)
            verb = "go" if cycle[1:] else "goes"
            yield step.finding(
                f"{', '.join(cycle)} {verb} round and round, and only a failure ends it",
                "lead one of them out of the cycle, by an aws:branch or nextStep",
            )
