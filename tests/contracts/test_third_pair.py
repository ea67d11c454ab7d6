"""A further pair, and whatever else a person may change, costs no other edit: the whole project proves it.

In a copy of the project there is a third pair (two folders and one entry), and the other pairs are configured
otherwise than they ship; a deployment has left its packages behind, and the shell points at another account.
``make check`` passes there, and so does every suite that finds pairs by itself.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEYS, MODEL, RULE = "ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM", "ORG_PASSWORD_POLICY_CUSTOM"
NAMES = {  # each as long as the other, so that no line is laid out anew
    MODEL: RULE,
    "ResetPasswordPolicy": "ReviewAccountPolicy",
    "reset_password_policy": "review_account_policy",
    "iam_password_policy": "org_password_policy",
}
# What an operator may well do: watch, deactivate, try twice, be stricter, have a role of their own.
OTHERWISE = {
    "parameters": {"maxAccessKeyAge": 60, "maxCredentialUsageAge": 45},
    "remediation": {"trigger": "manual", "attempts": 2, "parameters": {"Action": "Deactivate"}},
}
SHELL = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "another-account",
    "AWS_REGION": "eu-west-3",
}
QUICK = ("tests/contracts", "tests/docs", "tests/cli")
THIS = "tests/contracts/test_third_pair.py"


def renamed(text: str) -> str:
    return re.sub("|".join(NAMES), lambda match: NAMES[match[0]], text)


def copy_pair(root: Path) -> None:
    """Make the third pair of the model's own files, renamed inside and out; none of what is built."""
    for source in (root / "rules" / MODEL, root / "ssm_docs" / "ResetPasswordPolicy"):
        target = source.with_name(renamed(source.name))
        target.mkdir()
        for file in source.iterdir():
            if file.is_file() and file.name not in ("parameters.json", "ResetPasswordPolicy.json"):
                text = renamed(file.read_text(encoding="utf-8"))
                (target / renamed(file.name)).write_text(text, encoding="utf-8")


def configure(root: Path) -> None:
    path = root / "rdk_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    rules = settings["rules"]
    rules[RULE] = json.loads(renamed(json.dumps(rules[MODEL])))
    for part, changes in OTHERWISE.items():
        rules[KEYS][part] |= changes
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy: what git has of the project, with what a person did to it, and built."""
    root = tmp_path_factory.mktemp("project")
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    assert listed.returncode == 0, listed.stderr
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    if (ROOT / ".mypy_cache").is_dir():  # a minute less
        shutil.copytree(ROOT / ".mypy_cache", root / ".mypy_cache")
    copy_pair(root)
    configure(root)
    done = run([sys.executable, "-m", "rulebook", "build"], root)
    assert done.returncode == 0, done.stderr
    for rule in (KEYS, RULE):
        (root / "rules" / rule / f"{rule}.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    return root


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(  # noqa: S603 - the project's own commands
        command,
        cwd=folder,
        env=environment | SHELL | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_make_check_passes(elsewhere: Path) -> None:
    environment = Path(sys.executable).parents[1]
    done = run(["make", "-o", f"{environment}/.ready", f"VENV={environment}", "check"], elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr


def assert_tests_pass(elsewhere: Path, *suites: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"--deselect={THIS}"]
    done = run([*command, *suites], elsewhere)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    assert RULE not in done.stdout


@pytest.mark.long
def test_the_suites_that_find_pairs_pass(elsewhere: Path) -> None:
    assert_tests_pass(elsewhere, *QUICK)


@pytest.mark.long
def test_every_other_suite_that_sees_the_project_passes(elsewhere: Path) -> None:
    assert_tests_pass(elsewhere, "rules", "ssm_docs", "tests/e2e", "tests/publishing", "tests/operating")


@pytest.mark.long
def test_rdk_test_local_and_the_demo_pass(elsewhere: Path) -> None:
    tool = Path(sys.executable).parent
    assert run([str(tool / "rulebook"), "demo"], elsewhere).returncode == 0
    done = run([str(tool / "rdk"), "test-local", "--all"], elsewhere / "rules")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
