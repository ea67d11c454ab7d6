"""A script imports the standard library, boto3 and botocore: the service installs nothing else.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
import sys
from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

CODE = "script-imports"

ALLOWED = sys.stdlib_module_names | {"boto3", "botocore"}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find imports of anything else."""
    for script in document.scripts():
        for node, module in _imports(script.tree) if script.tree else ():
            if module.partition(".")[0] not in ALLOWED:
                yield script.finding_at(
                    node, f"imports {module or '.'}, which the service does not have", "do without it"
                )


def _imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "" if node.level else node.module or ""
