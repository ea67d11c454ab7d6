"""The rule's module has ``lambda_handler(event, context)``, which rdk makes the function call.

One that is imported or assigned is believed.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from rulebook.authoring.checks.authored import parse_script
from rulebook.authoring.checks.configured import ConfiguredRule
from rulebook.authoring.checks.document.script_handler import takes_two
from rulebook.finding import TOP, Finding

CODE = "rule-handler"

HANDLER = "lambda_handler"


def find(configured: ConfiguredRule) -> Iterator[Finding]:
    """Find a module without it, or with one that Lambda cannot call."""
    file = configured.code.file
    tree = parse_script(configured.code.modules[file])
    if not isinstance(tree, ast.Module):
        return  # told of elsewhere
    function = next(
        (one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == HANDLER), None
    )
    if function is None and HANDLER not in _bound(tree):
        found = Finding(TOP, f"has no {HANDLER}", f"write {HANDLER}(event, context)", line=1, column=1)
    elif function is not None and not takes_two(function):
        problem = f"has a {HANDLER} that cannot be called with two arguments"
        found = Finding(TOP, problem, "write (event, context)", line=function.lineno, column=1)
    else:
        return
    yield replace(found, file=file)


def _bound(tree: ast.Module) -> set[str]:
    """Return the names that imports and assignments at the top bind."""
    imported = (one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom))
    assigned = (one for one in tree.body if isinstance(one, ast.Assign))
    return {alias.asname or alias.name for one in imported for alias in one.names} | {
        target.id for one in assigned for target in one.targets if isinstance(target, ast.Name)
    }
