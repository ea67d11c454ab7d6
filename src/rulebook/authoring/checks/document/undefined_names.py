"""A script uses no name that nothing defines: the step fails when it first comes to that line.

pyflakes finds them; of what it says only this is taken.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
from collections.abc import Iterator
from functools import cache

from pyflakes.checker import Checker
from pyflakes.messages import UndefinedLocal, UndefinedName

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_functions import nodes
from rulebook.finding import Finding

CODE = "undefined-names"

RIGHT = """\
- name: Greet
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: greet
    Script: |
      import os

      def greet(events, context):
          return {"Region": os.environ["AWS_REGION"]}
"""
WRONG = RIGHT.replace("import os\n\n      ", "")


_Spot = tuple[int, int]
_WHY = {UndefinedName: "which nothing defines", UndefinedLocal: "which is not set yet"}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find names that no scope of the script has."""
    for script in document.scripts():
        if script.tree is not None:
            for (line, column), problem in _undefined(script.tree):
                yield script.finding(line, column + 1, problem, "define it, or import it")


@cache
def _undefined(tree: ast.Module) -> list[tuple[_Spot, str]]:
    try:
        messages = Checker(tree).messages
    except RecursionError:
        return []  # nested beyond what pyflakes follows
    wrong = [one for one in messages if isinstance(one, UndefinedName | UndefinedLocal)]
    never_run = _annotations(tree) if wrong else set()
    return [
        (spot, f"uses {one.message_args[0]}, {_WHY[type(one)]}")
        for one in wrong
        if (spot := (one.lineno, one.col)) not in never_run
    ]


def _annotations(tree: ast.Module) -> set[_Spot]:
    """Return where annotations stand that Python does not evaluate: text, and all if a script says so."""
    postponed = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )
    spots: set[_Spot] = set()
    for node in nodes(tree):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            for part in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
                if isinstance(part, ast.expr) and (postponed or isinstance(part, ast.Constant)):
                    spots.add((part.lineno, part.col_offset))
    return spots
