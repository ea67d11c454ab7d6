"""The list of explained mutants, and the machinery that `make mutants` runs."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mutation import explained, predicates
from mutation.mutants import Fate, Key, Memory, Mutant
from mutation.run import FILES, LIST, ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("source", "mutants"),
    [
        pytest.param("x = a and b", ["x = b", "x = a"], id="an operand left out"),
        pytest.param("x = a or b or c", ["x = b or c", "x = a or c", "x = a or b"], id="one of three"),
        pytest.param(
            "x = [a for a in b if c]",
            ["x = [a for a in b if not c]", "x = [a for a in b if True]"],
            id="a comprehension",
        ),
        pytest.param("x = a in b", ["x = a not in b"], id="in"),
        pytest.param("x = a not in b", ["x = a in b"], id="not in"),
        pytest.param("raise Wrong", ["pass"], id="a raise"),
        pytest.param("a.b = c", ["pass"], id="an attribute"),
        pytest.param("ä(1)", ["pass"], id="a call after more than one byte a character"),
        pytest.param("x += 1", ["pass"], id="an addition"),
        pytest.param(
            "try:\n    pass\nexcept (A, B):\n    pass",
            [
                "try:\n    pass\nexcept (B,):\n    pass",
                "try:\n    pass\nexcept (A,):\n    pass",
            ],
            id="one exception of two",
        ),
        pytest.param(
            "try:\n    pass\nexcept A:\n    pass",
            ["try:\n    pass\nexcept ():\n    pass"],
            id="the only exception",
        ),
        pytest.param("x = 'a and b' + f'{c and d}'", [], id="no text"),
        pytest.param("x = 1", [], id="nothing"),
    ],
)
def test_the_mutations_that_cosmic_ray_does_not_make(source: str, mutants: list[str]) -> None:
    made = [ast.unparse(ast.parse(mutated)) for _, mutated in predicates.mutate(source)]
    assert made == mutants


def test_a_row_of_the_list_reads_back_as_it_was_written(tmp_path: Path) -> None:
    with_function = Key("rules/A/a.py", "judge", "a | b -> a & b")
    without = Key("rules/A/a.py", "", "X = 1 -> X = 2")
    page = tmp_path / "mutants.md"
    page.write_text(
        f"# A title\n\n{explained.row(with_function, 'same')}\n{explained.row(without, 'no matter')}\n",
        encoding="utf-8",
    )
    assert explained.read(page) == {with_function: "same", without: "no matter"}


def test_every_explained_mutant_is_of_code_that_is_there() -> None:
    """An explanation of code that has changed since explains nothing."""
    for key in explained.read(LIST):
        assert key.path in FILES
        source = " ".join((ROOT / key.path).read_text(encoding="utf-8").split())
        old = key.change.partition(" -> ")[0]
        assert all(word in source for word in old.split()), key


def mutant(root: Path, changed: str) -> Mutant:
    (root / "ssm_docs/Doc").mkdir(parents=True, exist_ok=True)
    (root / "ssm_docs/Doc/script.py").write_text("def double(x):\n    return x * 2\n", encoding="utf-8")
    (root / "ssm_docs/Doc/script_test.py").write_text(
        "import script\n\ndef test_of_two():\n    assert script.double(2) == 4\n", encoding="utf-8"
    )
    for name in ("rules", "tests/properties"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (root / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npython_files = ["*_test.py"]\n', encoding="utf-8"
    )
    source = f"def double(x):\n    return {changed}\n"
    return Mutant("ssm_docs/Doc/script.py", 2, "double", "any", "return x * 2", f"return {changed}", source)


TRY = """
import sys
from mutation.fork import TimedOut, call
from mutation.laboratory import Laboratory
from test_mutation import mutant
from pathlib import Path
import time

root = Path(sys.argv[1])
seen, unseen = mutant(root, "x * 3"), mutant(root, "x + 2")
with Laboratory(root, "ssm_docs/Doc", [seen.path]) as laboratory:
    print([laboratory.kill(seen), laboratory.kill(unseen)])
try:
    call(lambda: time.sleep(60), 0.1)
except TimedOut:
    print("timed out")
"""


def test_a_mutant_that_a_test_sees_is_killed_and_one_that_none_sees_survives(tmp_path: Path) -> None:
    """In a process of its own: it forks, which a process with threads, as those of xdist, should not."""
    path = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "tests/mutation")])
    told = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-c", TRY, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "['ssm_docs/Doc/script_test.py::test_of_two', '']\ntimed out\n"
    assert (tmp_path / "ssm_docs/Doc/script.py").read_text(encoding="utf-8").endswith("return x * 2\n")


def test_fates_are_remembered_from_run_to_run(tmp_path: Path) -> None:
    one, other = mutant(tmp_path, "x * 3"), mutant(tmp_path, "x + 2")
    Memory(tmp_path / "mutants.json").keep(one, Fate("test", "digest"))
    memory = Memory(tmp_path / "mutants.json")
    assert (memory.recall(one), memory.recall(other)) == (Fate("test", "digest"), None)
