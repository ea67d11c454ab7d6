"""Beside a document's scripts lies a ``*_test.py`` with a test."""

from collections.abc import Iterator

from rulebook.authoring.checks.proved import ProvedDocument, test_functions, unparsed
from rulebook.finding import Finding

CODE = "script-tests"


def find(proved: ProvedDocument) -> Iterator[Finding]:
    """Find a document whose scripts nothing tests, and tests that are no Python."""
    yield from unparsed(proved.tests)
    files = sorted(set(proved.document.script_files.values()))
    if files and not any(True for _ in test_functions(proved.tests)):
        name = files[0].rpartition("/")[2].removesuffix(".py")
        yield proved.document.node.finding("has a script and no test", f"write one in {name}_test.py")
