"""Imports point one way, and only the sandbox imports moto.

That what ships alone imports nothing of ours, `rulebook check` holds (rule-imports, script-imports).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def sources(pattern: str) -> list[Path]:
    found = [path for path in sorted(ROOT.glob(pattern)) if not path.stem.endswith("_test")]
    assert found, f"{pattern} names no file"
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield every module that the code imports when it runs (not what only a type checker sees)."""
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.If)
            and isinstance(child.test, ast.Name)
            and child.test.id == "TYPE_CHECKING"
        ):
            continue
        yield child
        yield from _running(child)


def roots(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}


@pytest.mark.parametrize(
    "path", sources("src/rulebook/**/*.py"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_only_the_sandbox_imports_moto(path: Path) -> None:
    assert "moto" not in roots(path) or "sandbox" in path.parts


TALKS_TO_THE_EMBEDDED_ACCOUNT = {"sandbox", "demo", "commands", "testing", "pytest_plugin.py"}


@pytest.mark.parametrize(
    "path", sources("src/rulebook/**/*.py"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_only_the_demo_the_commands_and_the_fixtures_import_the_sandbox(path: Path) -> None:
    names = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    uses = any(name.startswith("rulebook.sandbox") for name in names)
    assert not uses or TALKS_TO_THE_EMBEDDED_ACCOUNT & set(path.parts)


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


@pytest.mark.parametrize(
    "path", sources("src/rulebook/*/**/*.py"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_wing_imports_only_the_wings_below_it(path: Path) -> None:
    own = path.relative_to(ROOT / "src" / "rulebook").parts[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {name for name in imported(tree) if name.startswith("rulebook.")}
    assert {wing(name) for name in names} <= WINGS[own] | {own} | GROUND


def test_every_wing_is_in_the_table() -> None:
    on_disk = {
        path.name for path in (ROOT / "src" / "rulebook").iterdir() if (path / "__init__.py").is_file()
    }
    assert on_disk == set(WINGS)


@pytest.mark.parametrize("name", sorted(GROUND - {"iam"}))
def test_the_ground_imports_no_wing(name: str) -> None:
    tree = ast.parse((ROOT / "src" / "rulebook" / f"{name}.py").read_text(encoding="utf-8"))
    names = {found for found in imported(tree) if found.startswith("rulebook.")}
    assert {wing(found) for found in names} <= GROUND
