"""The document that a person names: a file, one of several in a template, or a document of the project."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.built import built_content
from rulebook.authoring.lint.sources import PROJECT_FILE, RESOURCE, read_source
from rulebook.authoring.render.reading import read_document
from rulebook.errors import ConfigurationError
from rulebook.project import Project, find_project
from rulebook.wording import nearest

WITHIN = "::"  # between a template and the logical id of a document in it
_ENDINGS = (".yaml", ".yml", ".json", ".template")


@dataclass(frozen=True)
class Runnable:
    """A document that may be run.

    Attributes:
        name: what it is called: as in the project, in the template, or as its file.
        authored: as a person wrote it.
        folder: where documents and attachments beside it are.
        root: of the folders that its file names are relative to.
    """

    name: str
    authored: AuthoredDocument
    folder: Path
    root: Path

    @property
    def content(self) -> dict[str, Any]:
        """The document as AWS would have it: of the project's, what ``rulebook build`` writes."""
        built = built_content(self.authored) if self.authored.name else self.authored.content
        return dict(built)


def find_document(named: str, root: Path) -> Runnable:
    """Return the document that a person means.

    Args:
        named: ``FILE``, ``FILE::LOGICAL_ID`` or the name of a document of the project.
        root: the folder in which, or above which, the project is.

    Raises:
        ConfigurationError: there is none, or more than one; the line says how to name one.
    """
    file, _, resource = named.partition(WITHIN)
    path = Path(file)
    if path.is_dir() and (path / PROJECT_FILE).is_file():
        path /= PROJECT_FILE
    project = _project(root)
    of_project = project.documents() if project else {}
    if path.is_file():
        if named in of_project:
            raise ConfigurationError(
                f"{named}: is a file here and a document of the project; write ./{named} or "
                f"ssm_docs/{named}/{PROJECT_FILE}"
            )
        return _in_file(path, resource)
    if project and named in of_project:
        folder = of_project[named]
        return Runnable(named, read_document(project, folder), folder.folder, project.root)
    if path.is_dir():
        raise ConfigurationError(f"{named}: is a folder without {PROJECT_FILE}; name a file")
    if path.exists():
        raise ConfigurationError(f"{named}: is no regular file; name a file that holds a document")
    there = f", and no document of the project; {nearest(named, of_project)}" if project else "; name a file"
    raise ConfigurationError(f"{named}: there is no such file{there}")


def document_beside(runnable: Runnable, name: str) -> dict[str, Any] | None:
    """Return the document of a name that stands beside another; None if there is none.

    That is another one of its template, a file of that name in its folder, or one of its project.

    Raises:
        ConfigurationError: two have that name, or it cannot be read.
    """
    found = {one.authored.file: one for one in _beside(runnable, name)}
    if len(found) > 1:
        raise ConfigurationError(
            f"{name}: {' and '.join(sorted(found))} both are the document of that name; rename one"
        )
    return next((one.content for one in found.values()), None)


def _beside(runnable: Runnable, name: str) -> Iterator[Runnable]:
    here = runnable.root / runnable.authored.file
    if runnable.authored.resource and name != runnable.name:
        yield from (one for one in _all_in(here) if one.name == name)
    for ending in _ENDINGS:
        path = runnable.folder / f"{name}{ending}"
        if Path(path).name == f"{name}{ending}" and path.is_file():
            yield from (one for one in _all_in(path) if not one.authored.resource)
    project = _project(runnable.folder)
    if project and name in project.documents() and not (runnable.folder / f"{name}.json").exists():
        folder = project.documents()[name]
        yield Runnable(name, read_document(project, folder), folder.folder, project.root)


def _project(root: Path) -> Project | None:
    try:
        return find_project(root.resolve())
    except ConfigurationError:
        return None


def _in_file(path: Path, resource: str) -> Runnable:
    found = {one.name: one for one in _all_in(path)}
    if not found:
        raise ConfigurationError(
            f"{path}: holds no Automation document (schemaVersion 0.3, or an {RESOURCE} without intrinsics); "
            "name a file that does"
        )
    if not resource and len(found) > 1:
        raise ConfigurationError(
            f"{path}: holds {len(found)} documents; name one: {path}{WITHIN}{next(iter(found))}, for example"
        )
    if resource and resource not in found:
        raise ConfigurationError(f"{path}: holds no document {resource}; {nearest(resource, found)}")
    return found[resource or next(iter(found))]


def _all_in(path: Path) -> Iterator[Runnable]:
    for document in read_source(path, path.as_posix()).documents:
        if document.unknown:
            continue
        name = document.resource or document.name or path.stem
        yield Runnable(name, document, path.parent, Path())
