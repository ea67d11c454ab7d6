"""Every action is one of Automation's.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding
from rulebook.project.rdk_config.schema import nearest

ACTIONS = {
    "aws:approve",
    "aws:assertAwsResourceProperty",
    "aws:branch",
    "aws:changeInstanceState",
    "aws:copyImage",
    "aws:createImage",
    "aws:createStack",
    "aws:createTags",
    "aws:deleteImage",
    "aws:deleteStack",
    "aws:executeAutomation",
    "aws:executeAwsApi",
    "aws:executeScript",
    "aws:executeStateMachine",
    "aws:invokeLambdaFunction",
    "aws:invokeWebhook",
    "aws:loop",
    "aws:pause",
    "aws:runCommand",
    "aws:runInstances",
    "aws:sleep",
    "aws:updateVariable",
    "aws:waitForAwsResourceProperty",
}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find actions that do not exist."""
    for place, step in document.steps():
        if step["action"] not in ACTIONS:
            yield document.finding(
                f"{place}.action",
                f"is {step['action']!r}, which does not exist",
                nearest(step["action"], ACTIONS),
            )
