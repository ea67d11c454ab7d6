"""The template that rdk deploys fits CloudFormation: 51,200 bytes.

rdk puts the whole document, indented, into the rule's template and sends that inline; a larger one is
refused (``Member must have length less than or equal to 51200``). A document may keep to the 64 KB of SSM
and still be too large for rdk.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from collections.abc import Iterator
from dataclasses import replace

from rulebook.authoring.checks.built import built_content
from rulebook.authoring.checks.paired import Pair
from rulebook.authoring.checks.rdk_template import template_bytes
from rulebook.finding import Finding
from rulebook.limits import TEMPLATE_BODY

CODE = "template-size"


def find(pair: Pair) -> Iterator[Finding]:
    """Find a document that makes the template too large."""
    size = template_bytes(pair.parameters_json, built_content(pair.document))
    if size > TEMPLATE_BODY:
        finding = pair.document.node.finding(
            f"makes rdk's template for {pair.rule.name} {size} bytes, CloudFormation takes {TEMPLATE_BODY}",
            f"shorten the scripts by {size - TEMPLATE_BODY} bytes in all "
            "(each step carries what its handler uses)",
        )
        yield replace(finding, file=pair.document.file)
