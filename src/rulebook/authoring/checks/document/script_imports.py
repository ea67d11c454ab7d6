"""A script imports the standard library, boto3, botocore and what botocore brings: nothing else is installed.

What an ``Attachment`` of the step holds is not known here. Imports for typing only are never
made, and one whose failure an except takes is no failure.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

CODE = "script-imports"

RIGHT = """\
- name: Ask
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: ask
    Script: |
      import urllib.request

      def ask(events, context):
          return {"Status": urllib.request.urlopen("https://example.com").status}
"""
WRONG = RIGHT.replace("import urllib.request", "import urllib.request, requests")

ALLOWED = sys.stdlib_module_names | {
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "s3transfer",
    "six",
    "urllib3",
}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find imports of anything else."""
    for script in document.scripts():
        if script.tree is None or script.inputs["Attachment"].exists:
            continue
        for node, module in imports(script.tree):
            if module.partition(".")[0] not in ALLOWED:
                yield script.finding_at(
                    node, f"imports {module or '.'}, which the service does not have", "do without it"
                )


@cache
def imports(tree: ast.Module) -> tuple[tuple[ast.AST, str], ...]:
    """Return each import that is made, with the module that it names; a relative one names none."""
    return tuple(_imports(tree))


def _imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "" if node.level else node.module or ""
        elif isinstance(node, ast.Try) and any(_takes_import_errors(one) for one in node.handlers):
            waiting.extend([*node.handlers, *node.orelse, *node.finalbody])
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting.extend(node.orelse)
        else:
            waiting.extend(one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.expr))


def _takes_import_errors(handler: ast.ExceptHandler) -> bool:
    """Tell whether an except goes on without what could not be imported."""
    caught = ast.unparse(handler.type) if handler.type else "Exception"
    takes = any(name in caught for name in ("ImportError", "ModuleNotFoundError", "Exception"))
    return takes and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
