"""``rulebook lint``: the checks, on any Automation document of anybody; nothing of it is run.

Needs no project, no credentials and no network.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from rulebook.authoring.checks import PROFILES, Profile, check_document
from rulebook.authoring.lint import comments, unknown, unreadable, workers
from rulebook.authoring.lint.catalogue import entries, known_codes
from rulebook.authoring.lint.sources import read_source
from rulebook.automation.language.limits import SCHEMA_VERSION
from rulebook.errors import ConfigurationError
from rulebook.finding import TOP, Finding
from rulebook.node import Node

ENDINGS = (".yaml", ".yml", ".json", ".template")
_PLACEHOLDER = re.compile(r"\s*%[\w./-]+%\s*|.*%%[^%]+%%.*", re.DOTALL)  # filled in by the author's own build
_PASSED_OVER = ("node_modules", "__pycache__")

__all__ = ["PROFILES", "Linted", "codes", "lint"]


@dataclass(frozen=True)
class Linted:
    """What came of it.

    Attributes:
        findings: sorted.
        documents: how many were looked at.
        skipped: files and documents that are none of ours, or cannot be seen.
        notes: a line for each document that cannot be seen.
    """

    findings: tuple[Finding, ...]
    documents: int
    skipped: int
    notes: tuple[str, ...] = ()


def codes(profile: Profile = "config") -> tuple[str, ...]:
    """Return the code of every check of a profile, sorted; ``config`` has them all."""
    return tuple(
        code for code, entry in entries().items() if profile == "config" or not entry.only_for_config
    )


def lint(paths: Sequence[Path], profile: Profile = "automation") -> Linted:
    """Check every document in files and folders.

    Raises:
        ConfigurationError: a path does not exist, or a folder holds no document.
    """
    files = [list(_files(path)) for path in paths]
    found = workers.map_in_workers(partial(_one, profile=profile), [file for part in files for file in part])
    waiting = iter(found)
    for path, part in zip(paths, files, strict=True):
        come = _sum(islice(waiting, len(part)))
        if path.is_dir() and not (come.documents or come.findings or come.notes):
            raise ConfigurationError(
                f"{path}: holds no Automation document (schemaVersion {SCHEMA_VERSION}; looked at "
                f"{come.skipped} files); name the folder or file that does"
            )
    total = _sum(found)
    # No error, for a hook may name every file there is.
    if not (total.documents or total.findings or total.notes):
        none = f"holds no Automation document (schemaVersion {SCHEMA_VERSION}), so nothing was checked"
        total = replace(total, notes=tuple(f"{path}: {none}" for path in paths))
    return replace(total, findings=tuple(sorted(set(total.findings))))


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ConfigurationError(f"{path}: there is no such file or folder; name one that exists")
    if not path.is_dir():
        if not path.is_file():
            raise ConfigurationError(
                f"{path}: is no regular file; name a file or folder that holds documents"
            )
        yield path
    for name, folders, files in os.walk(path):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _PASSED_OVER)
        yield from (Path(name, file) for file in sorted(files) if file.lower().endswith(ENDINGS))


def _sum(parts: Iterable[Linted]) -> Linted:
    all_parts = list(parts)
    return Linted(
        tuple(finding for part in all_parts for finding in part.findings),
        sum(part.documents for part in all_parts),
        sum(part.skipped for part in all_parts),
        tuple(note for part in all_parts for note in part.notes),
    )


def _one(path: Path, profile: Profile) -> Linted:
    file = path.as_posix()
    try:
        source = read_source(path, file)
    except ConfigurationError as error:
        problem, _, cure = str(error).removeprefix(f"{file}: ").rpartition("; ")
        return Linted((Finding(TOP, problem, cure, file=file, check=unreadable.CODE),), 0, 0)
    silenced = comments.ignored(source.text)
    found = list(comments.in_vain(source.text, file, known_codes()))
    for document in source.documents:
        wrong = check_document(document, profile, to_build=False)
        wrong = [one for one in wrong if one.check in entries() and not _is_placeholder(document.node, one)]
        wrong = [one for one in wrong if not unknown.is_about(one, document.unknown)]
        found += comments.heard(wrong, document, silenced)
    return Linted(tuple(found), len(source.documents), source.skipped, source.notes)


def _is_placeholder(node: Node, finding: Finding) -> bool:
    for key in finding.place:
        node = node[key]
    return _PLACEHOLDER.fullmatch(node.text) is not None
