"""A script names nothing of its document in ``{{ }}``: text of parameters put into code is an injection.

Values reach a script by InputPayload only. Other braces are code and stay as they are.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation import flow
from rulebook.finding import Finding

CODE = "script-interpolation"

RIGHT = """\
parameters:
  Name:
    type: String
mainSteps:
  - name: Greet
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: greet
      InputPayload:
        Name: "{{ Name }}"
      Script: |
        def greet(events, context):
            return {"Greeting": "Hello " + events["Name"]}
"""
WRONG = RIGHT.replace('"Hello " + events["Name"]', '"Hello {{ Name }}" + events["Name"]')
_BRACES = re.compile(r"\{\{\s*([\w.:-]+)\s*\}\}")
_SYSTEM = ("automation:", "global:", "variable:")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find every line with a reference that the service replaces."""
    for script in document.scripts():
        for number, line in enumerate(script.source.splitlines(), start=1):
            for match in _BRACES.finditer(line):
                if _is_known(document, match[1]):
                    yield script.finding(
                        number,
                        match.start() + 1,
                        f"holds {match[0]}, which the service replaces in the code",
                        "pass the value by InputPayload",
                    )


def _is_known(document: AuthoredDocument, name: str) -> bool:
    owner, dot, _ = name.partition(".")
    steps = (flow.name(step) for step in document.steps())
    return owner in steps if dot else document.parameters[name].exists or name.startswith(_SYSTEM)
