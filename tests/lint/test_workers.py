"""Many files are checked in several processes, and what comes of them is the same."""

from pathlib import Path

import pytest

from rulebook.authoring.lint import lint, workers
from rulebook.errors import ConfigurationError

FILES = 12
SOUND = 'schemaVersion: "0.3"\nmainSteps:\n  - {name: w, action: "aws:pause", inputs: {}}\n'


def test_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(FILES):
        text = SOUND if number % 3 else SOUND.replace("pause", f"pauze{number}")
        (tmp_path / f"{number:03}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(workers, "FEW", 1)
    monkeypatch.setattr(workers, "cores", lambda: 2)
    in_two = lint([tmp_path])
    monkeypatch.setattr(workers, "cores", lambda: 1)
    assert in_two == lint([tmp_path])
    assert (in_two.documents, len(in_two.findings)) == (FILES, FILES // 3)


def test_each_path_is_held_to_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.yaml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "b").mkdir()
    with pytest.raises(ConfigurationError, match=r"b: holds no Automation document"):
        lint([tmp_path / "a", tmp_path / "b"])
