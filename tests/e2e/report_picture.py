# ruff: noqa: INP001, S603 - tests are no package; our own page and program
"""Draw the report page: `python tests/e2e/report_picture.py` writes docs/images/report.png, with Chromium."""

import subprocess
import sys
import tempfile
from pathlib import Path

from rulebook.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
BROWSER = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1000,1288"]

with tempfile.TemporaryDirectory() as folder, Sandbox.start() as account:
    account.seed(300, 1)
    page, env = Path(folder, "report.html"), account.environment()
    rulebook = [sys.executable, "-m", "rulebook"]
    subprocess.run([*rulebook, "evaluate", "--html", str(page)], cwd=ROOT, env=env, check=True)
    picture = f"--screenshot={ROOT / 'docs/images/report.png'}"
    subprocess.run([*BROWSER, picture, page.as_uri()], env=env, check=True)
