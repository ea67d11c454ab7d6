"""No module of the tool imports itself by way of others, not even within a function."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


def modules(source: Path) -> dict[str, ast.Module]:
    """Return every module below a folder by its dotted name; a package goes by its own."""
    return {
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text("utf-8")
        )
        for path in source.rglob("*.py")
    }


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported when the code runs, ``from a import b`` as ``a.b``; no expression imports."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):
            continue
        if isinstance(node, ast.If) and any(map(_is_type_checking, ast.walk(node.test))):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield from imported(node)


def _is_type_checking(node: ast.AST) -> bool:
    return "TYPE_CHECKING" in (getattr(node, "id", ""), getattr(node, "attr", ""))


def graph(found: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return which of the modules each imports: the module named, or the one that holds the name."""

    def home(name: str) -> str:
        return name if name in found else name.rpartition(".")[0]

    return {
        name: {home(one) for one in imported(tree)} & found.keys() - {name} for name, tree in found.items()
    }


def test_no_module_imports_itself_by_way_of_others() -> None:
    arrows = graph(modules(SOURCE))
    assert sum(map(len, arrows.values())) > len(arrows) > 100
    TopologicalSorter(arrows).prepare()


@pytest.mark.parametrize("way", ["import a.two", "from a import two", "from a.two import name"])
def test_a_cycle_is_seen_however_it_is_written(tmp_path: Path, way: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "__init__.py").write_text("")
    (tmp_path / "a" / "one.py").write_text(f"def late():\n    {way}\n")
    (tmp_path / "a" / "two.py").write_text("from a.one import late\n")
    with pytest.raises(CycleError):
        TopologicalSorter(graph(modules(tmp_path))).prepare()
