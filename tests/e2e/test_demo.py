"""`rulebook demo`, as a person runs it: the loop closes, and what is printed is what happened."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from e2e.demo_picture import PICTURE, text_of
from rulebook.cli import main
from shipped.pairs import KEYS, POLICY, ROOT, copy_shipped, shipped

STALE = {"stale", "two-keys-one-stale", "unused-key", "under-a-path"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the demo says in JSON where a person starts one pair's runbook, and the other may try twice.

    In this process, which has imported moto.
    """
    project = copy_shipped(tmp_path_factory.mktemp("manual"))
    settings = json.loads(project.config.read_text(encoding="utf-8"))
    settings["rules"][KEYS]["remediation"]["trigger"] = "manual"
    settings["rules"][POLICY]["remediation"]["attempts"] = 2
    project.config.write_text(json.dumps(settings), encoding="utf-8")
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(["--root", str(project.root), "demo", "--json"])
    assert code == 0, err.getvalue()
    assert f"resource of {KEYS}, as a person would" in err.getvalue()
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def compliance(evaluations: list[dict[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in evaluations:
        found.setdefault(one["ComplianceType"], set()).add(one["ComplianceResourceId"])
    return found


def test_every_kind_of_user_and_the_policy_are_judged_before(told: dict[str, Any]) -> None:
    before = compliance(told["before"])
    assert {state: len(ids) for state, ids in before.items()} == {"NON_COMPLIANT": 5, "COMPLIANT": 5}
    annotations = [one["Annotation"] for one in told["before"] if one["ComplianceType"] == "NON_COMPLIANT"]
    assert {text.split(" ")[0] for text in annotations} == STALE | {"Password"}


def test_every_non_compliant_resource_has_its_execution_and_no_other(told: dict[str, Any]) -> None:
    wrong = compliance(told["before"])["NON_COMPLIANT"]
    assert {one["ResourceId"] for one in told["executions"]} == wrong
    assert [one["AutomationExecutionStatus"] for one in told["executions"]] == ["Success"] * 5
    assert sorted(one["Outcome"] for one in told["executions"]) == ["Deleted"] * 4 + ["Reset"]


def test_everything_is_compliant_after(told: dict[str, Any]) -> None:
    assert compliance(told["after"]) == {"COMPLIANT": set().union(*compliance(told["before"]).values())}
    assert told["closed"] is True


COLUMNS = "110"


@pytest.fixture(scope="module")
def shown() -> subprocess.CompletedProcess[str]:
    """What a person sees, in spite of a broken profile in the environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "rulebook", "demo"],
        cwd=shipped().root,
        env=clean | {"AWS_PROFILE": "no-such-profile", "NO_COLOR": "1", "COLUMNS": COLUMNS},
        capture_output=True,
        text=True,
        check=False,
    )


def test_people_get_tables_on_stdout_and_progress_on_stderr(
    shown: subprocess.CompletedProcess[str],
) -> None:
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.rstrip().endswith(
        "The loop is closed: 5 resources were NON_COMPLIANT, all 10 are COMPLIANT now."
    )
    assert [line[:3] for line in shown.stderr.splitlines()] == ["1/5", "2/5", "3/5", "4/5", "5/5"]
    assert max(map(len, shown.stdout.splitlines())) <= int(COLUMNS)


def masked(text: str) -> list[str]:
    """Leave out what differs from run to run: ids, and the order of rows that finish together."""
    text = re.sub(r"\d{4}-\d\d-\d\d\s+\d\d:\d\d", "then", text)  # of when the credential report is
    return sorted(re.sub(r"(AIDA|AKIA)[A-Z0-9]{16,17}", r"\1", text).split())


def test_the_picture_shows_what_the_demo_prints(shown: subprocess.CompletedProcess[str]) -> None:
    """If it does not: `python tests/e2e/demo_picture.py`."""
    assert masked(text_of(PICTURE)) == masked(shown.stderr + shown.stdout)
    assert "docs/images/demo.svg" in (ROOT / "README.md").read_text(encoding="utf-8")
