"""A script step's outputs are what its handler returns.

An output that the handler does not return is empty on the service, and whatever reads it gets the text of the
reference instead: it fails, or is wrong. One that only some paths return is told where it is read.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_returns import returned_keys
from rulebook.automation import flow
from rulebook.automation.references import document_references
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
_EVERYTHING = "$"
_UNMADE = re.compile(r"""["']\{\{""")  # a script that knows what a reference to nothing looks like


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find outputs that the handler does not return, where that can be told."""
    read = _read(document)
    for script in document.scripts():
        if not (script.tree and script.handler):
            continue
        returned = returned_keys(script.tree, script.handler)
        for output in script.step["outputs"]:
            selector = output["Selector"]
            match = SELECTOR.match(selector.text)
            if selector.text == _EVERYTHING:
                continue
            if match is None:
                yield selector.finding(
                    f"is {selector.text!r}", "begin it with $.Payload, which is what the handler returns"
                )
            elif match[1] and returned is not None:
                having = sum(match[1] in keys for keys in returned)
                problem = f"selects {match[1]}, which {script.handler.name} does not return"
                is_read = f"{flow.name(script.step)}.{output['Name'].text}" in read
                if not having:
                    yield selector.finding(problem, "return it", "error" if is_read else "warning")
                elif having < len(returned) and is_read:
                    yield selector.finding(f"{problem} in every case", "return it", "warning")


def _read(document: AuthoredDocument) -> set[str]:
    """Return every output that a step or the document reads, and relies on."""
    wary = {
        script.inputs["InputPayload"].place for script in document.scripts() if _UNMADE.search(script.source)
    }
    relied_on = (
        reference.name
        for _, reference in document_references(document.node)
        if not wary.intersection(reference.node.place.upwards())
    )
    return {*relied_on, *(output.text for output in document.node["outputs"])}
