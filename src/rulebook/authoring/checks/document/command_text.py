"""Free text does not become part of a command: whoever may start the document could run what they like.

A parameter that is the whole command is there for it. One within a command needs an allowedPattern or
allowedValues, as the step passes it on as it is.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runcommand.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.language.actions import COMMAND_LINES, RUN_COMMAND
from rulebook.automation.references import references_in, whole_reference
from rulebook.finding import Finding

CODE = "command-text"

RIGHT = """\
parameters:
  Folder:
    type: String
    allowedPattern: ^[a-z/]+$
mainSteps:
  - name: Clear
    action: aws:runCommand
    inputs:
      DocumentName: AWS-RunShellScript
      InstanceIds:
        - i-0123456789abcdef0
      Parameters:
        commands:
          - rm -r "{{ Folder }}"
"""
WRONG = RIGHT.replace("    allowedPattern: ^[a-z/]+$\n", "")


_FREE = ("String", "StringList")
_HOLDS = ("allowedPattern", "allowedValues")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find parameters that anything may stand in, within the text of a command."""
    for step in document.steps():
        inputs = step["inputs"]
        commands = COMMAND_LINES.get(inputs["DocumentName"].text)
        if step["action"].value != RUN_COMMAND or not commands:
            continue
        for reference in references_in(inputs["Parameters"][commands]):
            declared = document.parameters[reference.name]
            is_free = declared["type"].value in _FREE and not any(declared[key].exists for key in _HOLDS)
            if is_free and not whole_reference(reference.node.text.strip()):
                problem = f"puts {reference.name} into a command, and {reference.name} may be any text"
                yield reference.node.finding(problem, "give the parameter an allowedPattern", "warning")
