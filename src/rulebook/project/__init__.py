"""Where things are: the rules and documents of a project, found by walking its folders.

A rule is a folder under ``rules/`` that holds ``<RULE>.py``; a document is a folder under ``ssm_docs/`` that
holds ``document.yaml``. Nothing lists them by hand, so a further pair needs no edit here.
"""

from dataclasses import dataclass
from pathlib import Path

from rulebook.errors import ConfigurationError

CONFIG = "rdk_config.json"


@dataclass(frozen=True)
class RuleFolder:
    """One rule: ``rules/<RULE>/``, which rdk zips alone."""

    name: str
    folder: Path

    @property
    def module(self) -> Path:
        """The evaluator."""
        return self.folder / f"{self.name}.py"

    @property
    def parameters(self) -> Path:
        """What rdk reads; built from rdk_config.json."""
        return self.folder / "parameters.json"

    @property
    def permissions(self) -> Path:
        """The IAM actions with which the evaluator reads, a sorted JSON list."""
        return self.folder / "permissions.json"


@dataclass(frozen=True)
class DocumentFolder:
    """One runbook: ``ssm_docs/<Document>/``."""

    name: str
    folder: Path

    @property
    def authored(self) -> Path:
        """The runbook as a person writes it."""
        return self.folder / "document.yaml"

    @property
    def permissions(self) -> Path:
        """The IAM actions that its role needs, a sorted JSON list."""
        return self.folder / "permissions.json"

    @property
    def built(self) -> Path:
        """The document that rdk deploys and the console takes."""
        return self.folder / f"{self.name}.json"


@dataclass(frozen=True)
class Project:
    """A folder with ``rdk_config.json``, ``rules/`` and ``ssm_docs/``."""

    root: Path

    @property
    def config(self) -> Path:
        """The one file an operator edits."""
        return self.root / CONFIG

    def rules(self) -> dict[str, RuleFolder]:
        """Every rule on disk by name, in alphabetical order."""
        folders = sorted(
            path for path in (self.root / "rules").glob("*/") if (path / f"{path.name}.py").is_file()
        )
        return {folder.name: RuleFolder(folder.name, folder) for folder in folders}

    def documents(self) -> dict[str, DocumentFolder]:
        """Every document on disk by name, in alphabetical order."""
        folders = sorted(
            path for path in (self.root / "ssm_docs").glob("*/") if (path / "document.yaml").is_file()
        )
        return {folder.name: DocumentFolder(folder.name, folder) for folder in folders}

    def relative(self, path: Path) -> str:
        """How a message names a file of the project."""
        return path.relative_to(self.root).as_posix()


def is_test(path: Path) -> bool:
    """Tell by its name whether a module in a rule's or a document's folder is there for tests only."""
    return path.stem.endswith("_test") or path.stem.startswith("test_") or path.stem == "conftest"


def find_project(start: Path) -> Project:
    """Return the project that ``start`` lies in: the nearest folder upwards that holds rdk_config.json.

    Raises:
        ConfigurationError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return Project(folder)
    raise ConfigurationError(
        f"{start}: no {CONFIG} here or above; run rulebook inside a project (`rulebook init` makes one), "
        "or pass --root"
    )
