"""Imports point one way, and only the sandbox imports moto.

That what ships alone imports nothing of ours, `rulebook check` holds (rule-imports, script-imports).
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


SOURCE = ROOT / "src" / "rulebook"

Imports = Mapping[Path, frozenset[str]]


@pytest.fixture(scope="module")
def imports() -> Imports:
    """What every module imports, by its path below ``rulebook``; a test's message names those at fault."""
    found = {
        path.relative_to(SOURCE): frozenset(imported(ast.parse(path.read_text(encoding="utf-8"))))
        for path in sorted(SOURCE.rglob("*.py"))
        if not path.stem.endswith("_test")
    }
    assert len(found) > 300
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield every module that the code imports when it runs (not what only a type checker sees)."""
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every statement within; no expression holds one."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) or (
            isinstance(child, ast.If)
            and isinstance(child.test, ast.Name)
            and child.test.id == "TYPE_CHECKING"
        ):
            continue
        yield child
        yield from _running(child)


def test_only_the_sandbox_imports_moto(imports: Imports) -> None:
    import_moto = {
        path for path, names in imports.items() if any(name.partition(".")[0] == "moto" for name in names)
    }
    assert import_moto
    assert not [path for path in import_moto if "sandbox" not in path.parts]


TALKS_TO_THE_EMBEDDED_ACCOUNT = {"sandbox", "demo", "commands", "testing", "pytest_plugin.py"}


def test_only_the_demo_the_commands_and_the_fixtures_import_the_sandbox(imports: Imports) -> None:
    using = {
        path for path, names in imports.items() if any(name.startswith("rulebook.sandbox") for name in names)
    }
    assert using
    assert not [path for path in using if not TALKS_TO_THE_EMBEDDED_ACCOUNT & set(path.parts)]


# Single modules below all wings: errors, findings and their places, words, AWS's limits and names.
GROUND = {"errors", "finding", "iam", "limits", "node", "service_model", "whole_file", "wording"}
# Each wing, and the wings below it that it may import.
WINGS = {
    "iam": set(),
    "project": set(),
    "automation": set(),
    "authoring": {"automation", "project"},
    "publishing": {"authoring", "project"},
    "operating": {"publishing", "authoring", "automation", "project"},
    "sandbox": {"automation"},
    "testing": {"project", "automation", "authoring", "operating", "sandbox"},
    "demo": {"project", "automation", "authoring", "publishing", "operating", "sandbox"},
    "cli": {"project", "automation", "authoring", "publishing", "operating", "sandbox", "demo"},
}


def wing(name: str) -> str:
    return name.split(".")[1]


@pytest.mark.parametrize("own", WINGS)
def test_a_wing_imports_only_the_wings_below_it(imports: Imports, own: str) -> None:
    modules = {path: names for path, names in imports.items() if path.parts[0] == own}
    assert modules
    for path, names in modules.items():
        wings = {wing(name) for name in names if name.startswith("rulebook.")}
        assert wings <= WINGS[own] | {own} | GROUND, path


def test_every_wing_is_in_the_table(imports: Imports) -> None:
    assert {path.parts[0] for path in imports if path.parts[1:]} == set(WINGS)


@pytest.mark.parametrize("name", sorted(GROUND - {"iam"}))
def test_the_ground_imports_no_wing(imports: Imports, name: str) -> None:
    names = {found for found in imports[Path(f"{name}.py")] if found.startswith("rulebook.")}
    assert {wing(found) for found in names} <= GROUND
