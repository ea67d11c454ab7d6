"""Without moto and rdk, a command that needs them says how they come."""

import subprocess
import sys
from pathlib import Path

import pytest

from rulebook.demo.rdk import run_rdk
from rulebook.errors import NotInstalled

WITHOUT_MOTO = """
import sys
sys.modules["moto"] = None
from rulebook.cli import main
sys.exit(main(["sandbox"]))
"""


def test_the_embedded_account_without_moto() -> None:
    command = [sys.executable, "-c", WITHOUT_MOTO]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "rulebook: moto, which the embedded account runs on, is not installed; "
        "pip install 'aws-config-rulebook[sandbox]'"
    )


def test_a_demo_without_rdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(
        NotInstalled, match=r"^rdk is not installed; pip install 'aws-config-rulebook\[sandbox\]'$"
    ):
        run_rdk(["init"], tmp_path, {})
