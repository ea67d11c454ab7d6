"""Every pair found on disk, as pytest parameters named after the rule."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rulebook.project import Project

PROJECT = Project(Path(__file__).parents[2])


@dataclass(frozen=True)
class Pair:
    """A rule with the runbook that rdk_config.json gives it, as built."""

    rule: str
    document_name: str
    resource_parameter: str
    module_source: str
    script_source: str
    parameters: dict[str, Any]
    document: dict[str, Any]
    permissions: list[str]

    @property
    def static(self) -> dict[str, list[Any]]:
        """The remediation's static parameters: name to values."""
        given = self.parameters["Parameters"]["Remediation"]["Parameters"]
        return {
            name: value["StaticValue"]["Values"] for name, value in given.items() if "StaticValue" in value
        }


def discover(project: Project) -> list[Pair]:
    """Return every pair of the project."""
    settings = json.loads(project.config.read_text(encoding="utf-8"))["rules"]
    return [_pair(project, rule, settings[rule]["remediation"]) for rule in project.rules()]


def _pair(project: Project, rule: str, remediation: dict[str, Any]) -> Pair:
    folder = project.rules()[rule]
    document = project.documents()[remediation["document"]]
    scripts = [path for path in document.folder.glob("*.py") if not path.stem.endswith("_test")]
    return Pair(
        rule=rule,
        document_name=document.name,
        resource_parameter=remediation["resourceParameter"],
        module_source=folder.module.read_text(encoding="utf-8"),
        script_source="\n".join(path.read_text(encoding="utf-8") for path in scripts),
        parameters=json.loads(folder.parameters.read_text(encoding="utf-8")),
        document=json.loads(document.built.read_text(encoding="utf-8")),
        permissions=json.loads(document.permissions.read_text(encoding="utf-8")),
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for ``pair`` each pair in turn."""
    if "pair" in metafunc.fixturenames:
        metafunc.parametrize("pair", discover(PROJECT), ids=lambda pair: pair.rule)


@pytest.fixture(scope="session")
def project() -> Project:
    """The project itself."""
    return PROJECT
