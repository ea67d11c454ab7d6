"""A step carries what its handler uses, word for word and line for line, and nothing else."""

import ast
import builtins
import json
import symtable
from io import StringIO
from pathlib import Path
from tokenize import COMMENT, generate_tokens

import pytest
import yaml

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

ACT = """

from __future__ import annotations

import re
from datetime import UTC, datetime






@decorated
def act(events, context):
    return helper(events["Name"])
















def helper(name):
    return re.escape(name), datetime.now(UTC)


def decorated(function):
    return function
"""

VERIFY = """

from __future__ import annotations




LIMIT = 3
OTHER: int = LIMIT + 1








def verify(events, context):
    return Record(OTHER)


class Record:


    value: "Later"


class Later:
    pass
"""


def test_a_slice_holds_the_handler_and_what_it_uses_through_others_on_the_files_lines() -> None:
    assert script_slice(SCRIPT, "act") == ACT


def test_a_slice_follows_constants_and_annotations() -> None:
    assert script_slice(SCRIPT, "verify") == VERIFY


def test_a_sign_within_a_text_begins_no_comment() -> None:
    source = 'def act(events, context):\n    return ("# no", """\n# nor this  \n""")  # but this\n'
    assert script_slice(source, "act") == source.replace("  # but this", "")


def test_a_docstring_that_is_all_there_is_or_shares_its_line_stays() -> None:
    source = (
        'class Gone(Exception):\n    """Nobody."""\n\n\ndef act(events, context):\n    "It."; return Gone\n'
    )
    assert script_slice(source, "act") == source


def test_a_script_that_reads_docstrings_keeps_them() -> None:
    source = 'def act(events, context):\n    """It."""\n    return act.__doc__\n'
    assert script_slice(source, "act") == source


def test_what_binds_no_name_is_kept_for_its_effect() -> None:
    source = "import sys\n\nif True:\n    sys.setrecursionlimit(500)\n\n\ndef act(events, context):\n    return {}\n"
    assert "setrecursionlimit" in script_slice(source, "act")


def test_a_name_that_is_bound_twice_uses_what_either_statement_names() -> None:
    source = "A = 1\nB = A\nB = B + 1\nC = 2\n\n\ndef act(events, context):\n    return B\n"
    assert script_slice(source, "act") == source.replace("C = 2\n", "\n")


def test_a_line_separator_within_a_text_ends_no_line() -> None:
    source = 'A = "\u2028\x0c"\nB = 1\n\n\ndef act(events, context):\n    return A\n'
    assert script_slice(source, "act") == source.replace("B = 1\n", "\n")


def test_a_script_with_two_statements_on_a_line_stays_whole() -> None:
    source = "A = 1; B = 2\n\n\ndef act(events, context):\n    return B\n"
    assert script_slice(source, "act") == source


def built_scripts() -> list[tuple[str, str, str]]:
    """Return (step, script as written, script as built) of every step of every document."""
    found = []
    for folder in PROJECT.documents().values():
        authored = yaml.safe_load(folder.authored.read_text(encoding="utf-8"))["mainSteps"]
        built = json.loads(folder.built.read_text(encoding="utf-8"))["mainSteps"]
        for step, made in zip(authored, built, strict=True):
            file = folder.folder / step["inputs"]["Script"].removeprefix("@")
            found.append((step["name"], file.read_text(encoding="utf-8"), made["inputs"]["Script"]))
    return found


@pytest.mark.parametrize(
    ("written", "built"), [one[1:] for one in built_scripts()], ids=[one[0] for one in built_scripts()]
)
def test_what_remains_is_the_files_own_syntax_tree_on_the_files_own_lines(written: str, built: str) -> None:
    """Statement by statement, every place in it included: what AWS says of a line, it says of the file."""
    of_the_file = [ast.dump(node, include_attributes=True) for node in without_docstrings(written).body]
    remains = [ast.dump(node, include_attributes=True) for node in ast.parse(built).body]
    assert remains == [one for one in of_the_file if one in set(remains)]
    comments = [one for one in generate_tokens(StringIO(built).readline) if one.type == COMMENT]
    assert comments == []


def without_docstrings(source: str) -> ast.Module:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:] or node.body
    return tree


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
