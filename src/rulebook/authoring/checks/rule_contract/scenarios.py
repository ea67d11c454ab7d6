"""A rule's docstring numbers its scenarios from 1, and the docstring of a test names each.

The docstring is the contract: what the rule says in which case. A test names a scenario by
``Scenario 3: ...``, ``Scenarios 1 and 2`` or ``Scenarios 1, 2``.
"""

import ast
import re
from collections.abc import Iterator

from rulebook.authoring.checks.authored import parse_script
from rulebook.authoring.checks.proved import ProvedRule, test_functions, unparsed
from rulebook.finding import Finding

CODE = "scenarios"

_NUMBER = re.compile(r"^ {0,4}(\d{1,4})\. ")
_PROVES = re.compile(r"Scenarios? ([\d, and]+)")


def find(rule: ProvedRule) -> Iterator[Finding]:
    """Find scenarios that are missing, misnumbered, or not proved."""
    if rule.code.trees is None or any(unparsed(rule.tests)):
        return  # told of elsewhere
    promised = _promised(rule.code.modules[rule.file])
    if not promised:
        yield rule.finding("has no numbered scenarios in its docstring", 'list them there: "1. ..."')
        return
    for expected, (number, line) in enumerate(promised, start=1):
        if number != expected:
            yield rule.finding(f"numbers a scenario {number} where {expected} comes", "renumber", line)
            return
    proved = _proved(rule)
    for number, line in promised:
        if number not in proved:
            problem = f"promises scenario {number}, which no test beside it names"
            cure = f'write a test whose docstring begins with "Scenario {number}: "'
            yield rule.finding(problem, cure, line)


def _promised(source: str) -> list[tuple[int, int]]:
    """Return the number of every scenario, with its line in the module."""
    tree = parse_script(source)
    if not isinstance(tree, ast.Module) or ast.get_docstring(tree) is None:
        return []
    first = tree.body[0]
    lines = source.splitlines()[first.lineno - 1 : first.end_lineno]
    return [
        (int(match[1]), line)
        for line, text in enumerate(lines, start=first.lineno)
        if (match := _NUMBER.match(text))
    ]


def _proved(rule: ProvedRule) -> set[int]:
    return {
        int(number)
        for test in test_functions(rule.tests)
        for numbers in _PROVES.findall(ast.get_docstring(test) or "")
        for number in re.findall(r"\d{1,4}", numbers)
    }
