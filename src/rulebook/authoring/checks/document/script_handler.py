"""The handler exists at the top of the script and can be called with two arguments, events and context.

``module.function`` names what an ``Attachment`` of the step holds, which is not known here; without a Script
it must. What a decorator makes of a handler is not judged.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_functions import bound_names
from rulebook.automation.language.actions import SCRIPT
from rulebook.automation.language.runtimes import is_python
from rulebook.automation.references import has_reference
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
    yield from _of_attachments(document)
    for script in document.scripts():
        handler = script.inputs["Handler"]
        if script.tree is None or not handler.text or script.inputs["Attachment"].exists:
            continue
        if script.handler is None:
            if handler.text not in bound_names(script.tree):
                functions = {node.name for node in script.tree.body if isinstance(node, ast.FunctionDef)}
                yield handler.finding(
                    f"is {handler.text}, which {script.file or 'the script'} does not define",
                    nearest(handler.text, functions),
                )
        elif not script.handler.decorator_list and not _takes_two(script.handler.args):
            yield script.finding_at(
                script.handler,
                f"{handler.text} cannot be called with two arguments",
                "write (events, context)",
            )


def _of_attachments(document: AuthoredDocument) -> Iterator[Finding]:
    """Find handlers of an Attachment alone that name no module: all 400 in public documents do."""
    for step in document.steps():
        inputs, handler = step["inputs"], step["inputs"]["Handler"]
        named = handler.text and not has_reference(handler.value) and "." not in handler.text
        in_attachment = inputs["Attachment"].exists and not inputs["Script"].exists
        if step["action"].value == SCRIPT and named and in_attachment and is_python(inputs["Runtime"].value):
            yield handler.finding(
                f"is {handler.text}, which names no module of the attachment", "write module.function"
            )


def _takes_two(arguments: ast.arguments) -> bool:
    if any(default is None for default in arguments.kw_defaults):  # a keyword that must be given
        return False
    most = len(arguments.posonlyargs) + len(arguments.args)
    enough = arguments.vararg is not None or most >= ARGUMENTS
    return enough and most - len(arguments.defaults) <= ARGUMENTS


def takes_two(function: ast.FunctionDef) -> bool:
    """Tell whether a function can be called with two arguments."""
    return _takes_two(function.args)
