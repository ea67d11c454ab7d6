"""Files that a command writes are whole or as they were, with the mode that the umask gives."""

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rulebook.cli.files import CannotWrite, demand_writable, write_file
from rulebook.whole_file import write_whole


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let no file grow over some bytes: the system refuses the write, as it does when a disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600), (0, 0o666)])
def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_file(tmp_path / "page.html", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == mode


def test_a_file_that_was_private_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.touch(0o600)
    write_file(path, "new")
    assert (path.read_text(encoding="utf-8"), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)


@pytest.mark.parametrize("there", [True, False])
def test_over_a_full_disk_the_old_file_stays_and_nothing_else(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "page.html"
    if there:
        path.write_text("old", encoding="utf-8")
    with full_disk(1000), pytest.raises(CannotWrite, match=r"page\.html: File too large; name a file in "):
        write_file(path, "x" * 5000)
    assert [one.name for one in tmp_path.iterdir()] == (["page.html"] if there else [])
    assert not there or path.read_text(encoding="utf-8") == "old"


def test_a_reader_never_sees_half_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_text("old", encoding="utf-8")
    seen: list[str] = []
    replace = Path.replace

    def watched(source: Path, target: Path) -> Path:
        seen.append(path.read_text(encoding="utf-8"))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_whole(path, "new")
    assert (seen, path.read_text(encoding="utf-8")) == (["old"], "new")


def test_a_link_goes_on_leading_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    demand_writable(Path("/dev/null"))
    write_file(Path("/dev/null"), "x")
    assert Path("/dev/null").is_char_device()


def test_half_a_character_does_not_keep_a_page_from_being_written(tmp_path: Path) -> None:
    write_file(tmp_path / "page.html", "a\ud800")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == r"a\ud800"


@pytest.mark.parametrize("name", [".", "no/such/folder.html", "x" * 300, "a\x00b", "circle", "file/below"])
def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="cannot be written; name a file in a folder that is there"):
        demand_writable(tmp_path / name)
