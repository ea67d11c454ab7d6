"""`rulebook run --sandbox`: an account for the length of the run, as the README shows it."""

import json
import re
import shlex
from pathlib import Path

import pytest

from rulebook.cli import main

ROOT = Path(__file__).parents[2]
SECONDS = re.compile(r"\b[0-9]+\.[0-9] s\b")


def test_the_readme_shows_what_a_run_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- run: ")[2].partition("```\n")[2].partition("```")[0]
    command, *shown = block.splitlines()
    assert len([command, *shown]) == 5
    program, *arguments = shlex.split(command.removeprefix("$ "))
    monkeypatch.chdir(ROOT)
    state = tmp_path / "state.json"
    assert (program, main([*arguments, "--state", str(state)])) == ("rulebook", 0)
    printed = capsys.readouterr().out.splitlines()
    assert [SECONDS.sub("0.0 s", line) for line in printed] == [SECONDS.sub("0.0 s", line) for line in shown]
    [user] = [one for one in json.loads(state.read_text("utf-8"))["users"] if one["name"] == "mateo.adler3"]
    assert [key["status"] for key in user["keys"]] == ["Inactive"]
    assert user["tags"]["keys-switched-off"] == "offboarding"
