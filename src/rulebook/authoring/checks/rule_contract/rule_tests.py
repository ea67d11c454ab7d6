"""Beside a rule lies a ``*_test.py`` with a ``unittest`` class, because that is what ``rdk test-local`` runs.

rdk ends with 0 where it finds no test.
"""

import ast
from collections.abc import Iterator

from rulebook.authoring.checks.authored import parse
from rulebook.authoring.checks.proved import ProvedRule, test_functions
from rulebook.finding import Finding

CODE = "rule-tests"


def find(rule: ProvedRule) -> Iterator[Finding]:
    """Find a rule that `rdk test-local` would pass without a look."""
    if not any(_has_unittest(source) for source in rule.tests.values()):
        problem = "has no test beside it that `rdk test-local` runs"
        yield rule.finding(problem, f"write a unittest.TestCase in {rule.code.name}_test.py")


def _has_unittest(source: str) -> bool:
    tree = parse(source)
    nodes = ast.walk(tree) if isinstance(tree, ast.Module) else ()
    cases = [one for one in nodes if isinstance(one, ast.ClassDef) and _is_case(one)]
    return any(True for case in cases for _ in test_functions({"": ast.unparse(case)}))


def _is_case(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).endswith("TestCase") for base in node.bases)
