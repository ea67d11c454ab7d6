"""The template that rdk deploys fits CloudFormation: 51,200 bytes.

rdk puts the whole document, indented, into the rule's template and sends that inline; a larger one is
refused (``Member must have length less than or equal to 51200``). A document may keep to the 64 KB of SSM
and still be too large for rdk.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.authoring.checks.built import built_content
from rulebook.authoring.checks.paired import Pair
from rulebook.authoring.checks.rdk_template import template_bytes
from rulebook.finding import Finding

LIMIT = 51_200


def find(pair: Pair) -> Iterator[Finding]:
    """Find a document that makes the template too large."""
    size = template_bytes(pair.parameters_json, built_content(pair.document))
    if size > LIMIT:
        yield pair.document.finding(
            "top",
            f"makes rdk's template for {pair.rule.name} {size} bytes, CloudFormation takes {LIMIT}",
            f"shorten the scripts by {size - LIMIT} bytes in all (each step carries what its handler uses)",
        )
