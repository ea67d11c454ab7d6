"""`rulebook add`: a shipped pair, as it ships, with its tests."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rulebook.authoring.render import check_build
from rulebook.authoring.starting.draft import CannotStart
from rulebook.authoring.starting.shipped_pair import LEFT_BEHIND, add, shipped
from rulebook.cli import main
from rulebook.project import Project

KEYS, POLICY = "ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM"
DOCUMENT = "DeleteStaleAccessKeys"


def contents(folder: Path) -> dict[str, bytes]:
    left = LEFT_BEHIND(str(folder), [path.name for path in folder.iterdir()])
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in left}


def test_both_pairs_are_added_as_they_ship(project: Project) -> None:
    for rule in (KEYS, POLICY):
        add(project, rule)
    assert json.loads(project.config.read_text("utf-8"))["rules"] == _shipped_entries()
    for kind in ("rules", "ssm_docs"):
        for folder in (shipped().root / kind).glob("[!.]*/"):
            ours, theirs = contents(project.root / kind / folder.name), contents(folder)
            assert {name: ours[name] for name in theirs if name != "parameters.json"} == {
                name: text for name, text in theirs.items() if name != "parameters.json"
            }
    assert check_build(project) == []


def _shipped_entries() -> dict[str, object]:
    entries: dict[str, object] = json.loads(shipped().config.read_text("utf-8"))["rules"]
    return {rule: entries[rule] for rule in (KEYS, POLICY)}


def test_a_runbook_that_is_there_is_shared(project: Project) -> None:
    theirs = shipped().documents()[DOCUMENT].folder
    shutil.copytree(theirs, project.root / "ssm_docs" / DOCUMENT)
    assert [path.name for path in add(project, KEYS)] == [KEYS]
    assert check_build(project) == []


def test_a_pair_is_added_once(project: Project) -> None:
    add(project, KEYS)
    with pytest.raises(CannotStart, match=f"rules/{KEYS}: is there already; remove it first"):
        add(project, KEYS)


def test_a_pair_that_does_not_ship(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(project.root), "add", "ACCESS_KEYS_ROTATED"]) == 2
    said = capsys.readouterr().err
    assert said == (f'rulebook: no pair "ACCESS_KEYS_ROTATED" ships with rulebook; did you mean {KEYS}\n')
    assert list(project.rules()) == []


def test_a_place_that_is_taken_by_something_else(project: Project) -> None:
    (project.root / "ssm_docs" / DOCUMENT).mkdir()
    with pytest.raises(CannotStart, match=f"ssm_docs/{DOCUMENT}: is there already"):
        add(project, KEYS)
    assert list(project.rules()) == []


def test_outside_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path), "add", KEYS]) == 2
    assert "`rulebook init` makes one" in capsys.readouterr().err


@pytest.mark.long
def test_their_tests_pass_in_a_project_of_ones_own(project: Project) -> None:
    for rule in (KEYS, POLICY):
        add(project, rule)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=short", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout[-5000:]
