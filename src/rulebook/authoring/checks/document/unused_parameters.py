"""Every parameter is used: one that nothing reads promises an operator something that does not happen.

One that takes a single text and has no default is a consent, which nothing needs to read.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.references import references_in
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "unused-parameters"
_ONE_TEXT = re.compile(r"\^([\w ,.'!-]|\[[A-Za-z]{2}\])+\$")

RIGHT = """\
parameters:
  Length:
    type: String
mainSteps:
  - name: Wait
    action: aws:sleep
    inputs:
      Duration: "{{ Length }}"
"""
WRONG = RIGHT.replace('"{{ Length }}"', "PT1M")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find declared parameters without a reference."""
    if not document.node["mainSteps"].value:
        return
    readers = (document.node["assumeRole"], document.node["mainSteps"])
    used = {reference.name for reader in readers for reference in references_in(reader)}
    for declared in document.parameters:
        if declared.key not in used and not _is_consent(declared):
            problem, cure = "is used nowhere", f"use {{{{ {declared.key} }}}}, or remove it"
            yield declared.finding(problem, cure, "warning")


def _is_consent(declared: Node) -> bool:
    values, pattern = declared["allowedValues"].value, declared["allowedPattern"].text
    takes_one = (isinstance(values, list) and len(values) == 1) or _ONE_TEXT.fullmatch(pattern) is not None
    return takes_one and not declared["default"].exists
