"""A copy of what ships of the project, deployed with rdk, so that trying things out changes nothing in it."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rulebook.authoring.render import build
from rulebook.demo.rdk import run_rdk
from rulebook.project import CONFIG, Project
from rulebook.sandbox import Sandbox
from rulebook.sandbox.rdk_waits import shortened


class Workspace:
    """The copy.

    Attributes:
        project: the copied project.
        account: the embedded account it is deployed in.
    """

    def __init__(self, original: Project, account: Sandbox, folder: Path) -> None:
        """Copy.

        Args:
            original: the project to copy.
            account: where to deploy.
            folder: an empty folder for the copy.
        """
        for name in ("rules", "ssm_docs"):
            shutil.copytree(
                original.root / name,
                folder / name,
                ignore=shutil.ignore_patterns("__pycache__", "*.zip", ".rdk"),
            )
        shutil.copy(original.config, folder)
        self.project = Project(folder)
        self.account = account

    def configure(self, rule: str, parameters: Mapping[str, Any], **remediation: Any) -> None:
        """Change a rule's parameters and remediation in the copied rdk_config.json, and build."""
        path = self.project.root / CONFIG
        settings = json.loads(path.read_text(encoding="utf-8"))
        entry = settings["rules"][rule]
        entry["parameters"] = entry.get("parameters", {}) | parameters
        if remediation:
            entry["remediation"] |= remediation
        path.write_text(json.dumps(settings, indent=2), encoding="utf-8")
        build(self.project)

    def rdk(self, *arguments: str) -> str:
        """Run unmodified rdk in the copy's ``rules/`` and return what it printed; its waits are shortened."""
        environment = self.account.environment() | shortened()
        return run_rdk(list(arguments), self.project.root / "rules", environment)
