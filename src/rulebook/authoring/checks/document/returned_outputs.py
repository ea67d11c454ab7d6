"""A script step's outputs are what its handler returns.

An output that a path of the handler does not return is empty on the service, and whatever reads it fails
or is wrong.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_returns import returned_keys
from rulebook.finding import Finding

CODE = "returned-outputs"

RIGHT = """\
- name: Greet
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: greet
    Script: |
      def greet(events, context):
          return {"Greeting": "Hello"}
  outputs:
    - Name: Greeting
      Selector: $.Payload.Greeting
      Type: String
"""
WRONG = RIGHT.replace("$.Payload.Greeting", "$.Payload.Message")

SELECTOR = re.compile(r"\$\.Payload(?:\.([A-Za-z0-9_]+)|\b)")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find outputs that the handler does not always return, where that can be told."""
    for script in document.scripts():
        if not (script.tree and script.handler):
            continue
        returned = returned_keys(script.tree, script.handler)
        for selector in (output["Selector"] for output in script.step["outputs"]):
            match = SELECTOR.match(selector.text)
            if match is None:
                yield selector.finding(
                    f"is {selector.text!r}", "begin it with $.Payload, which is what the handler returns"
                )
            elif (
                match[1]
                and returned is not None
                and not all(match[1] in keys for keys in returned or [frozenset[str]()])
            ):
                yield selector.finding(
                    f"selects {match[1]}, which {script.handler.name} does not return in every case",
                    "return it",
                )
