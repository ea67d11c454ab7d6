"""A new project: a folder with rdk_config.json and all that is around it, and no rule yet."""

import importlib.metadata
from pathlib import Path

from rulebook.authoring.starting.draft import CannotStart, drafted, move_into
from rulebook.authoring.starting.templates import write_templates

DISTRIBUTION = "aws-config-rulebook"
EMPTY_ALL_THE_SAME = {".git"}  # somebody may have run `git init` first


def init(folder: Path) -> None:
    """Make a project in a new or empty folder.

    Raises:
        CannotStart: the folder is not empty, is none, or cannot be written; nothing was made.
    """
    _demand_empty(folder)
    with drafted(folder.parent) as draft:
        project = draft / "project"
        write_templates("project", project, {"requirement": _requirement()})
        for name in ("rules", "ssm_docs"):
            (project / name).mkdir()
            (project / name / ".gitkeep").touch()
        if folder.is_dir():
            move_into(project, folder)
        else:
            project.rename(folder)


def _demand_empty(folder: Path) -> None:
    try:
        within = sorted({path.name for path in folder.iterdir()} - EMPTY_ALL_THE_SAME)
    except FileNotFoundError:
        if not folder.parent.is_dir():
            raise CannotStart(f"{folder}: there is no folder {folder.parent}; make it first") from None
        return
    except OSError as error:
        raise CannotStart(f"{folder}: {error.strerror}; name a new folder, or an empty one") from None
    if within:
        raise CannotStart(f"{folder}: is not empty, it holds {within[0]}; name a new folder, or an empty one")


def _requirement() -> str:
    """Return what the project asks pip for: this version or a newer one."""
    try:
        return f"{DISTRIBUTION}[sandbox]>={importlib.metadata.version(DISTRIBUTION)}"
    except importlib.metadata.PackageNotFoundError:  # run from the source, which is no installation
        return f"{DISTRIBUTION}[sandbox]"
