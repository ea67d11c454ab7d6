"""A script is Python 3.11: otherwise the step fails when it is first needed, not when it is deployed.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument, parse_script
from rulebook.finding import Finding

CODE = "script-syntax"

RIGHT = """\
- name: Greet
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: greet
    Script: |
      def greet(events, context):
          return {"Greeting": "Hello"}
"""
WRONG = RIGHT.replace('"Hello"}', '"Hello"')


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find scripts that do not parse."""
    for script in document.scripts():
        parsed = parse_script(script.code)
        if isinstance(parsed, SyntaxError):
            yield script.finding(
                parsed.lineno or 1, parsed.offset or 1, f"is no Python 3.11: {parsed.msg}", "mend it"
            )
