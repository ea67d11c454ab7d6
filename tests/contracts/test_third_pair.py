"""A further pair costs one folder under rules/, one under ssm_docs/ and one entry, and no other edit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rulebook.authoring.render import build, check
from rulebook.cli import main
from rulebook.project import Project
from rulebook.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
MODEL, RULE = "IAM_PASSWORD_POLICY_CUSTOM", "THIRD_RULE_CUSTOM"
MODEL_DOCUMENT, DOCUMENT = "ResetPasswordPolicy", "RemedyThird"


def renamed(text: str) -> str:
    for old, new in ((MODEL, RULE), (MODEL_DOCUMENT, DOCUMENT), ("reset_password_policy.py", "third.py")):
        text = text.replace(old, new)
    return text


def copy(source: Path, target: Path, name_of: Callable[[str], str]) -> None:
    """Copy a folder's own files, renamed inside and out; what is built is left to the build."""
    target.mkdir()
    for file in source.iterdir():
        built = file.name in ("parameters.json", f"{MODEL_DOCUMENT}.json")
        if file.is_file() and not built and not file.stem.endswith("_test"):
            (target / name_of(file.name)).write_text(
                renamed(file.read_text(encoding="utf-8")), encoding="utf-8"
            )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project with a third pair in its two folders and its entry; nothing else is changed."""
    skip = shutil.ignore_patterns("__pycache__", "*_test.py")
    for name in ("rules", "ssm_docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skip)
    copy(ROOT / "rules" / MODEL, tmp_path / "rules" / RULE, renamed)
    copy(ROOT / "ssm_docs" / MODEL_DOCUMENT, tmp_path / "ssm_docs" / DOCUMENT, renamed)
    settings = json.loads((ROOT / "rdk_config.json").read_text(encoding="utf-8"))
    settings["rules"][RULE] = json.loads(renamed(json.dumps(settings["rules"][MODEL])))
    (tmp_path / "rdk_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return Project(tmp_path)


def test_the_build_takes_it(project: Project) -> None:
    built = [project.relative(path) for path in build(project)]
    assert built == [f"rules/{RULE}/parameters.json", f"ssm_docs/{DOCUMENT}/{DOCUMENT}.json"]
    assert check(project) == []


def test_every_command_knows_it(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build(project)
    with Sandbox.start() as account:
        for name, value in account.environment().items():
            monkeypatch.setenv(name, value)
        root = ["--root", str(project.root)]
        assert main([*root, "evaluate", RULE, "--csv"]) == 0
        assert f"{RULE},AWS::::Account,{account.account_id},NON_COMPLIANT" in capsys.readouterr().out
        assert main([*root, "preview", RULE]) == 0
        assert "MinimumPasswordLength" in capsys.readouterr().out
        assert main([*root, "publish", DOCUMENT, "--dry-run"]) == 0
        assert f"Rulebook-{DOCUMENT}" in capsys.readouterr().out
