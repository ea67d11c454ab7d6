"""A rule imports what its function has: the standard library, boto3, rdklib, and modules of its own folder.

rdk zips the folder alone, so nothing else of the project is there. What a further layer of Lambda brings is
not known here: a warning.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from rulebook.authoring.checks.authored import parse_script
from rulebook.authoring.checks.document.script_imports import ALLOWED, imports
from rulebook.authoring.checks.proved import ProvedRule
from rulebook.finding import Finding

CODE = "rule-imports"

TOOL = "rulebook"
THERE = ALLOWED | {"rdklib"}


def find(rule: ProvedRule) -> Iterator[Finding]:
    """Find imports of what is not there, or may not be."""
    own = {file.rpartition("/")[2].removesuffix(".py") for file in rule.code.modules}
    for file, source in rule.code.modules.items():
        tree = parse_script(source)
        for node, module in imports(tree) if isinstance(tree, ast.Module) else ():
            name = module.partition(".")[0]
            if name in THERE | own:
                continue
            yield _finding(rule, name, getattr(node, "lineno", 1), file)


def _finding(rule: ProvedRule, name: str, line: int, file: str) -> Finding:
    if not name or name == TOOL or name in rule.elsewhere:
        where = f", which lies in {rule.elsewhere[name]}" if name in rule.elsewhere else ""
        cure = "copy what it needs: rdk zips the rule's folder alone"
        return rule.finding(f"imports {name or '.'}{where}", cure, line, file)
    cure = "bring it in a layer of Lambda, or do without it"
    return replace(rule.finding(f"imports {name}", cure, line, file), severity="warning")
