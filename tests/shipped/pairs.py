# ruff: noqa: INP001 - a module that tests import
"""The two pairs as they ship, whatever a person has configured or added.

``rdk_config.json`` beside this file is the configuration that ships. A test that asserts what a pair does as
shipped takes its project from here; what any configuration must keep, `rulebook check` holds.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from rulebook.authoring.render import build
from rulebook.project import CONFIG, Project

ROOT = Path(__file__).parents[2]
KEYS, POLICY = "ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM"
FOLDERS = (
    f"rules/{KEYS}",
    f"rules/{POLICY}",
    "ssm_docs/DeleteStaleAccessKeys",
    "ssm_docs/ResetPasswordPolicy",
)
SETTINGS = Path(__file__).with_name(CONFIG)
# What rdk, Python and tests leave behind is not what ships.
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.zip", ".rdk", ".hypothesis")


@cache
def shipped() -> Project:
    """Return one copy for the whole process, built, for tests that only read it."""
    folder = Path(tempfile.mkdtemp(prefix="shipped-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_BEHIND)
    shutil.copy(SETTINGS, folder)
    project = Project(folder)
    build(project)
    return project


def copy_shipped(folder: Path) -> Project:
    """Copy the two pairs, configured as shipped and built, into a folder that a test may change."""
    shutil.copytree(shipped().root, folder, dirs_exist_ok=True, ignore=LEFT_BEHIND)
    return Project(folder)
