"""The GitHub action and the pre-commit hook at the root, which others name."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from rulebook.cli import parser

ROOT = Path(__file__).parents[2]
WRONG = 'schemaVersion: "0.3"\nmainSteps:\n  - {name: w, action: "aws:nap", inputs: {}}\n'


def _read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_hook_runs_lint() -> None:
    [hook] = _read(".pre-commit-hooks.yaml")
    program, *words = hook["entry"].split()
    assert (program, parser().parse_args([*words, "a.yaml"]).command) == ("rulebook", "lint")
    assert hook["language"] == "python"


def test_the_action_uses_what_cannot_change() -> None:
    used = [step["uses"] for step in _read("action.yml")["runs"]["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in used)


def test_no_input_of_the_action_is_part_of_a_command() -> None:
    assert not [step for step in _read("action.yml")["runs"]["steps"] if "${{" in step.get("run", "")]


@pytest.mark.parametrize(
    ("paths", "arguments", "code"),
    [("a.yaml", "", 1), (". a.yaml", "--ignore actions", 0), ("$(touch\tran)", "", 2), ("nowhere", "", 2)],
)
def test_the_action_lints_and_annotates(paths: str, arguments: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "rulebook").mkdir()
    (tmp_path / "rulebook" / "bin").symlink_to(Path(sys.executable).parent)
    run = subprocess.run(  # noqa: S603 - the action's own command
        ["/bin/bash", "-eo", "pipefail", "-c", _read("action.yml")["runs"]["steps"][-1]["run"]],
        cwd=tmp_path,
        env={**os.environ, "RUNNER_TEMP": str(tmp_path), "PATHS": paths, "ARGUMENTS": arguments},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stderr
    assert run.stdout.startswith("::error file=a.yaml,line=3,col=15,title=actions::") is (code == 1)
    assert not (tmp_path / "ran").exists()
