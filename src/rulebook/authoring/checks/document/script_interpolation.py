"""A script names nothing of its document in ``{{ }}``: text of parameters put into code is an injection.

Values reach a script by InputPayload only. Other braces are code and stay as they are.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
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


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find every line with a reference that the service replaces."""
    known = document.names_in_scripts()
    for script in document.scripts():
        for number, line in enumerate(script.source.splitlines(), start=1):
            for match in _BRACES.finditer(line):
                if match[1] in known:
                    yield script.finding(
                        number,
                        match.start() + 1,
                        f"holds {match[0]}, which the service replaces in the code",
                        "pass the value by InputPayload",
                    )
