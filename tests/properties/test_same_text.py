"""The predicates that rule and runbook both need stand in both, word for word: each ships alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULE = sorted((ROOT / "rules/ACCESS_KEYS_ROTATED_CUSTOM").glob("*.py"))
SCRIPT = ROOT / "ssm_docs/DeleteStaleAccessKeys/delete_stale_access_keys.py"
SHARED = (
    "LONGEST",
    "DAYS",
    "EXEMPT_USER",
    "EXEMPT_TAG",
    "Limits",
    "AccessKey",
    "read_days",
    "read_exempt_users",
    "read_exempt_tag",
    "is_too_old",
    "is_stale",
    "exemption",
)


def statements(source: str) -> Iterator[tuple[str, str]]:
    """Yield each name that a module binds at its top, and the text of the statement, comments included."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, text
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, text


def texts(files: list[Path], name: str) -> list[str]:
    """Return each text that binds the name at the top of one of the files; tests are no part of a rule."""
    return [
        text
        for file in files
        if not file.name.endswith("_test.py")
        for bound, text in statements(file.read_text(encoding="utf-8"))
        if bound == name
    ]


@pytest.mark.parametrize("name", SHARED)
def test_what_rule_and_runbook_both_need_is_the_same_text(name: str) -> None:
    [in_script] = texts([SCRIPT], name)
    assert texts(RULE, name) == [in_script]


def test_one_character_makes_the_texts_differ() -> None:
    """The comparison is not blind: to a comment, to a blank, to an operator."""
    source = "def f(a):\n    return a > 1  # why\n"
    [(name, text)] = statements(source)
    assert name == "f"
    for old, new in (("why", "Why"), (">", ">="), ("> 1", ">  1")):
        assert dict(statements(source.replace(old, new)))["f"] != text
