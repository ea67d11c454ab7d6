"""The handler exists at the top of the script and takes exactly two arguments, events and context.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding
from rulebook.wording import nearest

CODE = "script-handler"

ARGUMENTS = 2


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find handlers that are missing or take something else."""
    for script in document.scripts():
        handler = script.inputs["Handler"]
        if script.tree is None or not handler.text:
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
                f"{handler.text} does not take exactly two arguments",
                "write (events, context)",
            )


def _takes_two(arguments: ast.arguments) -> bool:
    others = arguments.kwonlyargs or arguments.vararg or arguments.kwarg or arguments.defaults
    return not others and len(arguments.posonlyargs) + len(arguments.args) == ARGUMENTS
