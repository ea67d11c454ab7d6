"""`rulebook init`: a whole project in a new or empty folder, or nothing."""

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from rulebook.authoring.render import check_build
from rulebook.authoring.starting.draft import CannotStart
from rulebook.authoring.starting.fresh_project import init
from rulebook.cli import main
from rulebook.project import Project

MADE = {
    ".gitattributes",
    ".github/workflows/ci.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "pyproject.toml",
    "rdk_config.json",
    "rules/.gitkeep",
    "ssm_docs/.gitkeep",
    "tests/test_filled_in.py",
}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_project_is_made_in_a_new_folder(tmp_path: Path) -> None:
    init(tmp_path / "mine")
    assert files(tmp_path / "mine") == MADE
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_project_without_a_rule_holds(tmp_path: Path) -> None:
    init(tmp_path / "mine")
    assert check_build(Project(tmp_path / "mine")) == []


def test_a_folder_that_is_there_is_filled_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    before = tmp_path.stat().st_ino
    init(tmp_path)
    assert files(tmp_path) == MADE
    assert tmp_path.stat().st_ino == before, "a shell that stands in it still does"


def test_here_is_a_folder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "."]) == 0
    assert files(tmp_path) == MADE
    assert main(["list"]) == 0
    assert "0 pairs" in capsys.readouterr().err


def a_file_in_it(folder: Path) -> Path:
    (folder / "notes.txt").touch()
    return folder


def a_file(folder: Path) -> Path:
    (folder / "mine").touch()
    return folder / "mine"


REFUSED = [
    (
        "not empty",
        a_file_in_it,
        "{tmp}: is not empty, it holds notes.txt; name a new folder, or an empty one",
    ),
    ("a file", a_file, "{tmp}/mine: Not a directory; name a new folder, or an empty one"),
    ("no parent", lambda folder: folder / "a" / "b", "{tmp}/a/b: there is no folder {tmp}/a; make it first"),
    (
        "too long a name",
        lambda folder: folder / ("x" * 300),
        "{tmp}/" + "x" * 300 + ": File name too long; name a new folder, or an empty one",
    ),
]


@pytest.mark.parametrize(("_", "prepare", "says"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_place_that_cannot_be(tmp_path: Path, _: str, prepare: Any, says: str) -> None:
    place = prepare(tmp_path)
    before = files(tmp_path)
    with pytest.raises(CannotStart) as refused:
        init(place)
    assert str(refused.value) == says.format(tmp=tmp_path)
    assert files(tmp_path) == before


def read_only(*_: object, **__: object) -> str:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("owner", "attribute", "broken", "why"),
    [
        (tempfile, "mkdtemp", read_only, "Permission denied"),
        (Path, "write_text", full, "No space left on device"),
        (Path, "rename", full, "No space left on device"),
    ],
    ids=["read-only", "a full disk", "a full disk at last"],
)
def test_nothing_is_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, attribute: str, broken: Any, why: str
) -> None:
    monkeypatch.setattr(owner, attribute, broken)
    with pytest.raises(CannotStart) as refused:
        init(tmp_path / "mine")
    assert str(refused.value) == f"{tmp_path}: {why}; use a folder that you may write to, on a disk with room"
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_moved_in_is_taken_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = []
    rename = Path.rename

    def last_fails(self: Path, target: Path) -> Path:
        moved.append(target)
        if len(moved) == 3:
            full()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", last_fails)
    (tmp_path / "mine").mkdir()
    with pytest.raises(CannotStart, match="No space left"):
        init(tmp_path / "mine")
    assert files(tmp_path) == set()


def test_there_is_nothing_to_show_of_a_project_without_a_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(tmp_path / "mine")
    assert main(["--root", str(tmp_path / "mine"), "demo"]) == 2
    assert "there is no rule to show; write one with `rulebook new`" in capsys.readouterr().err
