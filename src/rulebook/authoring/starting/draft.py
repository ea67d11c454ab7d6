"""New files are made in a temporary folder beside their place and moved there when all of them are whole."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rulebook.authoring.render import build
from rulebook.errors import RulebookError
from rulebook.project import CONFIG, Project
from rulebook.project.rdk_config import load_config
from rulebook.project.rdk_config.source import read_json
from rulebook.whole_file import write_whole

Move = tuple[Path, Path]  # from, to


class CannotStart(RulebookError):
    """What was to be made cannot be made; nothing was changed."""


@contextmanager
def drafted(beside: Path) -> Iterator[Path]:
    """Give an empty folder in a folder, on its file system; it is gone after the block.

    Raises:
        CannotStart: nothing can be written there, by this block or within it.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=".rulebook-", dir=beside))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CannotStart(
            f"{beside}: {reason}; use a folder that you may write to, on a disk with room"
        ) from error


def add_to_project(project: Project, rule: str, entry: dict[str, Any], draft: Path) -> list[Path]:
    """Build the pair that a draft holds, move it into a project, and write its entry.

    Args:
        project: where it goes.
        rule: its name.
        entry: of rdk_config.json.
        draft: a folder with ``rules/<RULE>/``, and ``ssm_docs/<Document>/`` if the document is new too.

    Returns:
        The folders that are there now.

    Raises:
        RulebookError: the pair does not build, or its place is taken; nothing was changed.
        OSError: something cannot be written; nothing was changed.
    """
    settings = read_json(project.config, project.relative(project.config))
    _complete(project, draft, {**settings, "rules": {rule: entry}})
    made = [path for kind in ("rules", "ssm_docs") for path in sorted((draft / kind).glob("*/"))]
    borrowed = project.documents()
    moves = [
        (path, project.root / path.relative_to(draft))
        for path in made
        if not (path.parent.name == "ssm_docs" and path.name in borrowed)
    ]
    settings["rules"][rule] = entry
    with _moved(moves):
        write_whole(project.config, json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
    return [target for _, target in moves]


def _complete(project: Project, draft: Path, settings: dict[str, Any]) -> None:
    """Build in the draft, with the project's own document where the draft has none."""
    (draft / CONFIG).write_text(json.dumps(settings), encoding="utf-8")
    alone = Project(draft)
    for one in load_config(alone).rules.values():
        if one.remedy and one.remedy.document not in alone.documents():
            shutil.copytree(
                project.documents()[one.remedy.document].folder, draft / "ssm_docs" / one.remedy.document
            )
    build(alone)


@contextmanager
def _moved(moves: Sequence[Move]) -> Iterator[None]:
    """Move all, and back again if one cannot be moved or the block fails."""
    done: list[Move] = []
    try:
        for source, target in moves:
            demand_free(target)
            target.parent.mkdir(exist_ok=True)
            source.rename(target)
            done.append((source, target))
        yield
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def demand_free(target: Path) -> None:
    """Refuse a place where something is.

    Raises:
        CannotStart: there is.
    """
    if os.path.lexists(target):
        raise CannotStart(
            f"{target.parent.name}/{target.name}: is there already; remove it first, or choose another name"
        )


def move_into(draft: Path, folder: Path) -> None:
    """Move all that a draft holds into a folder, all or nothing.

    Raises:
        CannotStart: something of it is there.
        OSError: something cannot be moved.
    """
    with _moved([(path, folder / path.name) for path in sorted(draft.iterdir())]):
        pass
