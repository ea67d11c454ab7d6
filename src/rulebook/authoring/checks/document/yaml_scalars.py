"""A value is what it says: YAML 1.1 turns an unquoted ``012345670123`` or ``12:30`` into another number.

Where a String parameter or a text operator declares what it must be, those checks tell it. ``on``, ``yes``
and dates are told only where nothing declares a type: in what is passed on as it is.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-documents.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.language.value_types import kind
from rulebook.finding import Finding, Place
from rulebook.node import Node

CODE = "yaml-scalars"

RIGHT = """\
- name: Tag
  action: aws:createTags
  inputs:
    ResourceIds:
      - i-0123456789abcdef0
    Tags:
      - Key: owner
        Value: "012345670123"
"""
WRONG = RIGHT.replace('"012345670123"', "012345670123")


# Inputs that pass on whatever they hold.
_PASSED_ON = {"Body", "InputPayload", "Parameters", "Payload", "RuntimeParameters", "input"}
_DECLARED = {"Choices", "LoopCondition"}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find unquoted scalars that become something else without a word."""
    for place, raw in document.scalars.items():
        node = _at(document.node, place)
        if isinstance(node.value, str | bool):
            if _PASSED_ON.intersection(place):
                become = "a date" if isinstance(node.value, str) else str(node.value).lower()
                yield node.finding(f"is {raw}, which YAML 1.1 reads as {become}", "quote it", "warning")
        elif node.exists and not _is_told_elsewhere(document, place):
            yield node.finding(f"is {raw}, which YAML 1.1 reads as {node.value}", f'write "{raw}"')


def _at(node: Node, place: Place) -> Node:
    for key in place:
        node = node[key]
    return node


def _is_told_elsewhere(document: AuthoredDocument, place: Place) -> bool:
    declared = _at(document.node, Place(place[:2])) if place[0] in ("parameters", "variables") else None
    is_text = declared is not None and kind(declared["type"].value) in ("String", "StringList")
    return is_text or bool(_DECLARED.intersection(place))
