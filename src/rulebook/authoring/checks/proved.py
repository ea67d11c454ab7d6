"""A rule, or a document, together with the tests that lie beside it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from rulebook.authoring.checks.acting import acting_steps
from rulebook.authoring.checks.authored import AuthoredDocument, Positions, parse_script
from rulebook.authoring.checks.authored_rule import AuthoredRule
from rulebook.finding import TOP, Finding
from rulebook.node import Node

Tests = Mapping[str, str]  # what each module holds that is there for tests only, by file
TestFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class ProvedRule:
    """What a check of a rule's contract looks at.

    Attributes:
        code: the rule as authored.
        tests: in its folder.
        elsewhere: the modules that lie in other folders of the project: name to folder.
    """

    code: AuthoredRule
    tests: Tests
    elsewhere: Mapping[str, str]

    @property
    def file(self) -> str:
        """Its module, relative to the project."""
        return self.code.file

    @property
    def positions(self) -> Positions:
        """Nothing of it has a place in a JSON file."""
        return {}

    def finding(self, problem: str, cure: str, line: int = 1, file: str = "") -> Finding:
        """Return a finding about a line of a module; its own if no other is named."""
        return Finding(TOP, problem, cure, file=file or self.file, line=line, column=1)


@dataclass(frozen=True)
class ProvedDocument:
    """What a check of a document's contract looks at: the document, and the tests in its folder."""

    document: AuthoredDocument
    tests: Tests

    @cached_property
    def acting(self) -> list[Node]:
        """The steps that change something, in order."""
        return acting_steps(self.document)

    @property
    def file(self) -> str:
        """The document, relative to the project."""
        return self.document.file

    @property
    def positions(self) -> Positions:
        """Line and column of every node, by file."""
        return self.document.positions


def unparsed(tests: Tests) -> Iterator[Finding]:
    """Find tests that are no Python: they prove nothing."""
    for file, source in tests.items():
        error = parse_script(source)
        if isinstance(error, SyntaxError):
            problem, line, column = f"is no Python 3.11: {error.msg}", error.lineno or 1, error.offset or 1
            yield Finding(TOP, problem, "mend it", file=file, line=line, column=column)


def test_functions(tests: Tests) -> Iterator[TestFunction]:
    """Yield every function or method that is a test by its name."""
    for source in tests.values():
        tree = parse_script(source)
        if isinstance(tree, ast.Module):
            yield from tests_within(tree)


@cache
def tests_within(tree: ast.AST) -> tuple[TestFunction, ...]:
    """Return every test within a module or a class."""
    return tuple(
        node for node in ast.walk(tree) if isinstance(node, TestFunction) and node.name.startswith("test")
    )
