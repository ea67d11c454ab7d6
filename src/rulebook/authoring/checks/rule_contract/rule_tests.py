"""Beside a rule lies a ``*_test.py`` with a ``unittest`` class, because that is what ``rdk test-local`` runs.

rdk ends with 0 where it finds no test.
"""

import ast
from collections.abc import Collection, Iterator

from rulebook.authoring.checks.authored import parse_script
from rulebook.authoring.checks.proved import ProvedRule, tests_within, unparsed
from rulebook.finding import Finding

CODE = "rule-tests"


def find(rule: ProvedRule) -> Iterator[Finding]:
    """Find a rule that `rdk test-local` would pass without a look, and tests that are no Python."""
    yield from unparsed(rule.tests)
    if not any(_has_unittest(source) for source in rule.tests.values()):
        problem = "has no test beside it that `rdk test-local` runs"
        yield rule.finding(problem, f"write a unittest.TestCase in {rule.code.name}_test.py")


def _has_unittest(source: str) -> bool:
    tree = parse_script(source)
    cases: set[str] = set()
    for node in tree.body if isinstance(tree, ast.Module) else ():
        if isinstance(node, ast.ClassDef) and any(_is_case(ast.unparse(base), cases) for base in node.bases):
            cases.add(node.name)
            if tests_within(node):
                return True
    return False


def _is_case(base: str, cases: Collection[str]) -> bool:
    return base.endswith("TestCase") or base in cases
