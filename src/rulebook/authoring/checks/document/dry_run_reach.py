"""A document's ``DryRun`` reaches each step that acts: one that it does not reach acts in every dry run.

A step acts if its script (what its handler needs of it) or its API calls what AWS does not class as List or
Read. ``DryRun`` reaches it if its payload (an API step: its own input ``DryRun``) is exactly ``{{ DryRun }}``
somewhere, or if every way to it leads through an aws:branch that looks at ``DryRun``.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html
"""

import json
import re
from collections.abc import Iterator

from rulebook.authoring.checks.acting import called_by_step
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation import flow
from rulebook.automation.language.actions import SCRIPT
from rulebook.finding import Finding
from rulebook.iam import only_looks
from rulebook.node import Node

CODE = "dry-run-reach"

RIGHT = """\
parameters:
  DryRun:
    type: String
    allowedValues: ["true", "false"]
mainSteps:
  - name: IsItDry
    action: aws:branch
    inputs:
      Choices:
        - Variable: "{{ DryRun }}"
          StringEquals: "false"
          NextStep: Stop
    isEnd: true
  - name: Stop
    action: aws:executeAwsApi
    inputs:
      Service: ec2
      Api: StopInstances
      InstanceIds:
        - i-0123456789abcdef0
"""
WRONG = RIGHT.replace(
    "mainSteps:\n",
    """\
mainSteps:
  - name: Reboot
    action: aws:executeAwsApi
    inputs:
      Service: ec2
      Api: RebootInstances
      InstanceIds:
        - i-0123456789abcdef0
""",
)
_DRY_RUN = re.compile(r"\{\{\s*DryRun\s*\}\}")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find the acting steps that a dry run does not hold back."""
    if not document.parameters["DryRun"].exists:
        return
    unguarded = _reached_without_a_look(document)
    called = called_by_step(document)
    for step in document.steps():
        writes = sorted(action for action in called[step.place] if not only_looks(action))
        if writes and flow.name(step) in unguarded and not _is_told(step):
            yield step.finding(
                f"calls {', '.join(writes)} and is not told DryRun, so it acts in a dry run too",
                'pass DryRun: "{{ DryRun }}" to it, or lead to it through an aws:branch on DryRun',
            )


def _is_told(step: Node) -> bool:
    inputs = step["inputs"]
    told = inputs["InputPayload"] if step["action"].value == SCRIPT else [inputs["DryRun"]]
    return any(_DRY_RUN.fullmatch(one.text.strip()) for one in told)


def _reached_without_a_look(document: AuthoredDocument) -> set[str]:
    """Return the steps that can run although no branch has looked at DryRun."""
    looking = {
        flow.name(step)
        for step in document.steps()
        if step["action"].value == "aws:branch"
        and _DRY_RUN.search(json.dumps(step["inputs"].value, default=str))
    }
    graph = {name: after for name, after in flow.successors(document.node).items() if name not in looking}
    first = next((flow.name(step) for step in document.steps()), "")
    return {first} | flow.reached_from(first, graph)
