"""A step carries what its handler uses, word for word, and nothing else."""

from __future__ import annotations

import builtins
import json
import symtable
from pathlib import Path

import pytest

from rulebook.authoring.checks.script_slice import script_slice
from rulebook.project import find_project

PROJECT = find_project(Path(__file__).parent)
SCRIPT = '''"""What it does."""

from __future__ import annotations

import re
from datetime import UTC, datetime

LIMIT = 3  # days
OTHER: int = LIMIT + 1


# Says when.
@decorated
def act(events, context):
    return helper(events["Name"])


def verify(events, context):
    return Record(OTHER)


class Record:
    """Holds a "Later" value, by an annotation that is text."""

    value: "Later"


class Later:
    pass


def helper(name):
    return re.escape(name), datetime.now(UTC)


def decorated(function):
    return function
'''

ACT = '''"""What it does."""

from __future__ import annotations

import re
from datetime import UTC, datetime


# Says when.
@decorated
def act(events, context):
    return helper(events["Name"])


def helper(name):
    return re.escape(name), datetime.now(UTC)


def decorated(function):
    return function
'''

VERIFY = '''from __future__ import annotations

LIMIT = 3  # days
OTHER: int = LIMIT + 1


def verify(events, context):
    return Record(OTHER)


class Record:
    """Holds a "Later" value, by an annotation that is text."""

    value: "Later"


class Later:
    pass
'''


def test_a_slice_holds_the_handler_and_what_it_uses_through_others() -> None:
    assert script_slice(SCRIPT, "act") == ACT


def test_a_later_slice_leaves_out_the_docstring_and_follows_constants_and_annotations() -> None:
    assert script_slice(SCRIPT, "verify", docstring=False) == VERIFY


def test_what_binds_no_name_is_kept_for_its_effect() -> None:
    source = "import sys\n\nif True:\n    sys.setrecursionlimit(500)\n\n\ndef act(events, context):\n    return {}\n"
    assert "setrecursionlimit" in script_slice(source, "act")


def test_a_name_that_is_bound_twice_uses_what_either_statement_names() -> None:
    source = "A = 1\nB = A\nB = B + 1\nC = 2\n\n\ndef act(events, context):\n    return B\n"
    assert script_slice(source, "act") == source.replace("C = 2\n", "")


def test_a_line_separator_within_a_text_ends_no_line() -> None:
    source = 'A = "\u2028\x0c"\nB = 1\n\n\ndef act(events, context):\n    return A\n'
    assert script_slice(source, "act") == source.replace("B = 1\n", "")


def test_a_script_with_two_statements_on_a_line_stays_whole() -> None:
    source = "A = 1; B = 2\n\n\ndef act(events, context):\n    return B\n"
    assert script_slice(source, "act") == source


@pytest.mark.parametrize("name", PROJECT.documents())
def test_the_shipped_slices_define_every_name_they_use(name: str) -> None:
    """A name that a slice lacks would fail only when a step comes to it, on AWS."""
    for step in json.loads(PROJECT.documents()[name].built.read_text(encoding="utf-8"))["mainSteps"]:
        table = symtable.symtable(step["inputs"]["Script"], name, "exec")
        defined = {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}
        assert _globals(table) - defined - set(dir(builtins)) == set()


def _globals(table: symtable.SymbolTable) -> set[str]:
    found = {one.get_name() for one in table.get_symbols() if one.is_global() and one.is_referenced()}
    return found.union(*(_globals(child) for child in table.get_children()))
