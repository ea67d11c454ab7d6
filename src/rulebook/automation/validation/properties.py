"""A step that waits for a property, or asserts one, says which values will do.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-waitForAwsResourceProperty.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language.actions import API_CALLS, PROPERTY_READS
from rulebook.automation.references import whole_reference
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import shown

CODE = "properties"

RIGHT = """\
- name: WaitUntilItRuns
  action: aws:waitForAwsResourceProperty
  inputs:
    Service: ec2
    Api: DescribeInstanceStatus
    InstanceIds:
      - i-0123456789abcdef0
    PropertySelector: $.InstanceStatuses[0].InstanceState.Name
    DesiredValues:
      - running
"""
WRONG = RIGHT.replace("\n      - running", " running")


def find(document: Node) -> Iterator[Finding]:
    """Find services, APIs, selectors and values that are of another kind."""
    for step in flow.every_step(document):
        inputs = step["inputs"]
        if step["action"].value in API_CALLS:
            for one in (inputs["Service"], inputs["Api"], inputs["PropertySelector"]):
                if one.exists and not one.text and (one.key != "PropertySelector" or _reads(step)):
                    yield one.finding(f"is {shown(one.value)}", "it must be text")
        if _reads(step):
            desired = inputs["DesiredValues"]
            is_list = isinstance(desired.value, list) and bool(desired.value)
            if desired.exists and not is_list and not whole_reference(desired.value):
                yield desired.finding(f"is {shown(desired.value)}", "it must be a list that is not empty")


def _reads(step: Node) -> bool:
    return step["action"].value in PROPERTY_READS
