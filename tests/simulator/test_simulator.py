"""Both built documents run in cdk-ssm-documents, a simulator that nobody here wrote.

`make simulator` sets it up (it needs node and npm). It loads each script by ``spec_from_file_location``, does
not register it, and calls the handler in a python of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rulebook.sandbox import KeySeed, Sandbox

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "build" / "simulator" / "node_modules"
ROLE = "arn:aws:iam::123456789012:role/runbook"
DAY = timedelta(days=1)

missing = "node is not installed" if not shutil.which("node") else "run `make simulator` first"
pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (MODULES.parent / ".ready").exists(),
    reason=f"the simulator of cdk-ssm-documents is not there: {missing}",
)


@pytest.fixture
def account() -> Iterator[Sandbox]:
    with Sandbox.start() as started:
        yield started


def simulate(account: Sandbox, folder: Path, document: str, **parameters: str) -> dict[str, Any]:
    """Run a built document on the account; return the simulator's code, outputs and trace."""
    python = folder / "bin"  # the simulator calls python3 from PATH
    python.mkdir()
    (python / "python3").symlink_to(sys.executable)
    ended = subprocess.run(  # noqa: S603 - node, with this folder's program
        [
            str(shutil.which("node")),
            str(Path(__file__).with_name("simulate.js")),
            str(ROOT / "ssm_docs" / document / f"{document}.json"),
            json.dumps({"AutomationAssumeRole": ROLE, **parameters}),
            str(folder / "result.json"),
        ],
        env={
            **account.exports(),
            "PATH": f"{python}:{os.environ['PATH']}",
            "PYTHONPATH": ":".join(sys.path),
            "NODE_PATH": str(MODULES),
            "HOME": str(folder),
            "TMPDIR": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return found


def test_reset_password_policy(account: Sandbox, tmp_path: Path) -> None:
    account.set_password_policy(MinimumPasswordLength=8, RequireNumbers=True, MaxPasswordAge=60)
    ended = simulate(account, tmp_path, "ResetPasswordPolicy", AccountId=account.account_id)
    assert (ended["code"], ended["outputs"].get("ResetPasswordPolicy.Outcome")) == ("SUCCESS", "Reset"), ended
    assert ended["outputs"]["VerifyPasswordPolicy.Outcome"] == "Verified"
    policy = account.client("iam").get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["PasswordReusePrevention"]) == (14, 24)
    assert policy["MaxPasswordAge"] == 60


def test_delete_stale_access_keys(account: Sandbox, tmp_path: Path) -> None:
    alice = account.add_user("alice", 500 * DAY, keys=[KeySeed(400 * DAY), KeySeed(5 * DAY)])
    ended = simulate(account, tmp_path, "DeleteStaleAccessKeys", IAMUserId=alice)
    assert (ended["code"], ended["outputs"].get("DeleteStaleAccessKeys.Outcome")) == ("SUCCESS", "Deleted"), (
        ended
    )
    assert ended["outputs"]["VerifyNoStaleAccessKeys.Outcome"] == "Verified"
    keys = account.client("iam").list_access_keys(UserName="alice")["AccessKeyMetadata"]
    assert len(keys) == 1
