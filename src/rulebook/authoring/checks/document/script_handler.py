"""The handler exists at the top of the script and can be called with two arguments, events and context.

``module.function`` names what an ``Attachment`` of the step holds, which is not known here.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding
from rulebook.wording import nearest

CODE = "script-handler"

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
WRONG = RIGHT.replace("Handler: greet", "Handler: great")

ARGUMENTS = 2


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find handlers that are missing or take something else."""
    for script in document.scripts():
        handler = script.inputs["Handler"]
        if script.tree is None or not handler.text or script.inputs["Attachment"].exists:
            continue
        if script.handler is None:
            functions = {node.name for node in script.tree.body if isinstance(node, ast.FunctionDef)}
            yield handler.finding(
                f"is {handler.text}, which {script.file or 'the script'} does not define",
                nearest(handler.text, functions),
            )
        elif not _takes_two(script.handler.args):
            yield script.finding_at(
                script.handler,
                f"{handler.text} cannot be called with two arguments",
                "write (events, context)",
            )


def _takes_two(arguments: ast.arguments) -> bool:
    if any(default is None for default in arguments.kw_defaults):  # a keyword that must be given
        return False
    most = len(arguments.posonlyargs) + len(arguments.args)
    enough = arguments.vararg is not None or most >= ARGUMENTS
    return enough and most - len(arguments.defaults) <= ARGUMENTS
