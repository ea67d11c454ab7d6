"""A script's error names the line of the file as written, though only a slice of the file ran."""

from pathlib import Path
from typing import Any

import pytest

from rulebook.authoring.checks.script_slice import script_slice
from rulebook.operating.script_lines import as_written
from rulebook.project import DocumentFolder, Project

from .conftest import KEY_RULE, ROOT, Command, raise_in_body

DOCUMENTS = Project(ROOT).documents()


def built(script: str) -> dict[str, Any]:
    return {"mainSteps": [{"name": "Act", "action": "aws:executeScript", "inputs": {"Script": script}}]}


@pytest.mark.parametrize("folder", DOCUMENTS.values(), ids=lambda folder: folder.name)
def test_every_line_of_every_slice_is_found_where_it_was_written(folder: DocumentFolder) -> None:
    [path] = [one for one in folder.folder.glob("*.py") if not one.stem.endswith("_test")]
    source = path.read_text(encoding="utf-8")
    handlers = [
        line.split("(")[0].removeprefix("def ") for line in source.splitlines() if line.startswith("def ")
    ]
    for handler in handlers:
        sliced = script_slice(source, handler)
        for number, text in enumerate(sliced.split("\n"), 1):
            if not text.strip():
                continue  # a blank line does not raise
            told = as_written(f"X: y (line {number} of the script)", "Act", built(sliced), folder)
            name, line = told.removeprefix("X: y (").removesuffix(")").split(":")
            assert (name, int(line)) == (path.name, number)
            assert source.split("\n")[number - 1].startswith(text)


def test_what_no_file_holds_stays_as_it_was(tmp_path: Path) -> None:
    folder = DocumentFolder("D", tmp_path)
    message = "X: y (line 1 of the script)"
    assert as_written(message, "Act", built("x = 1\n"), folder) == message
    (tmp_path / "other.py").write_text("y = 2\n", encoding="utf-8")
    assert as_written(message, "Act", built("x = 1\n"), folder) == message
    assert as_written("no line", "Act", built("x = 1\n"), folder) == "no line"


def test_preview_names_it(rulebook: Command, project: Path) -> None:
    """The handler stands below functions that the verifying step alone needs, and so do its lines."""
    script = project / "ssm_docs" / "DeleteStaleAccessKeys" / "delete_stale_access_keys.py"
    text = script.read_text(encoding="utf-8")
    broken = text.replace(
        "def delete_stale_access_keys(", "def unused():\n    pass\n\n\ndef delete_stale_access_keys(", 1
    )
    script.write_text(broken, encoding="utf-8")
    line = raise_in_body(script, "delete_stale_access_keys")
    assert rulebook("build", root=project).code == 0
    ended = rulebook("preview", KEY_RULE, "AIDAAAAAAAAAAAAAAAAAA", root=project)
    assert ended.code == 2
    assert f"LookupError: on purpose (delete_stale_access_keys.py:{line})" in ended.last_line
