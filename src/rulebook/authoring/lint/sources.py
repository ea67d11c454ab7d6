"""Automation documents in files: alone, or as an AWS::SSM::Document of a CloudFormation template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.lint import placed
from rulebook.authoring.render.reading import SCRIPT
from rulebook.automation import flow
from rulebook.automation.language.limits import SCHEMA_VERSION
from rulebook.errors import ConfigurationError
from rulebook.finding import TOP, Place, Position
from rulebook.node import Node
from rulebook.project.rdk_config.source import read_text

LARGEST = 10_000_000  # bytes; a document has 64 KB, a template 1 MB
RESOURCE = "AWS::SSM::Document"
PROJECT_FILE = "document.yaml"  # whose scripts and permissions stand beside it
_FORM = "Fn::Sub"


@dataclass(frozen=True)
class Source:
    """What one file came to.

    Attributes:
        documents: the Automation documents in it.
        skipped: documents of other kinds, or hidden behind intrinsics; 1 for a file that holds none.
        text: the file's text, for its comments.
    """

    documents: tuple[AuthoredDocument, ...]
    skipped: int
    text: str = ""


def read_source(path: Path, file: str) -> Source:
    """Read the documents of a file.

    Raises:
        ConfigurationError: it speaks of documents and cannot be read; the line names it.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}; name a file that exists") from None
    if size > LARGEST:
        raise ConfigurationError(f"{file}: {size:,} bytes, and no document is so large; leave it out")
    text = read_text(path, file).removeprefix("\ufeff")
    if "schemaVersion" not in text and RESOURCE not in text:
        return Source((), 1)
    try:
        data, positions = placed.read(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    found = tuple(_documents(Node(data), file, positions))
    documents = tuple(_with_neighbours(one, path, file) for one in found if one)
    return Source(documents, len(found) - len(documents) or int(not found), text)


def _documents(
    top: Node, file: str, positions: Mapping[Place, Position]
) -> Iterator[AuthoredDocument | None]:
    """Yield a document for each that the file holds; None for one that is not for us."""
    if top["schemaVersion"].exists:
        yield _document(top.value, file, positions)
    for resource in top["Resources"]:
        content = resource["Properties"]["Content"]
        if resource["Type"].value == RESOURCE and content.exists:
            found = _within_template(content, file, positions)
            yield found and replace(found, resource=resource.key)


def _document(
    content: Any, file: str, positions: Mapping[Place, Position], prefix: Place = TOP
) -> AuthoredDocument | None:
    if not isinstance(content, dict) or str(content.get("schemaVersion")) != SCHEMA_VERSION:
        return None
    if "templateInformation" in content:  # Automation.ChangeTemplate, which holds no runbook of its own
        return None
    length = len(prefix)
    moved = {Place(place[length:]): at for place, at in positions.items() if place[:length] == prefix}
    return AuthoredDocument(file, content, {file: moved})


def _within_template(
    content: Node, file: str, positions: Mapping[Place, Position]
) -> AuthoredDocument | None:
    inner = content[_FORM] if content[_FORM].exists else content
    text = inner.value[0] if isinstance(inner.value, list) and inner.value else inner.value
    if not isinstance(text, str):
        # What an intrinsic stands for is known only when the stack is made.
        hidden = any(
            name.startswith("Fn::") or name == "Ref" for node in inner.all() for name in node.names()
        )
        return None if hidden else _document(inner.value, file, positions, inner.place)
    try:
        value, _ = placed.read(text)
    except ConfigurationError:
        return None  # a placeholder makes it no YAML until it is filled in
    at = next(positions[place] for place in content.place.upwards() if place in positions)
    return _document(value, file, {TOP: at})


def _with_neighbours(document: AuthoredDocument, path: Path, file: str) -> AuthoredDocument:
    """Put in the scripts that stand beside a document.yaml of a project."""
    if path.name != PROJECT_FILE:
        return document
    files = {}
    for script in (step["inputs"]["Script"] for step in flow.steps(document.node)):
        match = SCRIPT.fullmatch(script.text)
        if match:
            files[script.place] = str(Path(file).with_name(match[1]).as_posix())
            _parent(document.node, script.place)["Script"] = read_text(
                path.with_name(match[1]), files[script.place]
            )
    permissions = path.with_name("permissions.json")
    held: Any = None
    at: dict[Place, Position] = {}
    if permissions.is_file():
        held, at = placed.read(read_text(permissions, permissions.name))
    permissions_file = Path(file).with_name(permissions.name).as_posix()
    return AuthoredDocument(
        file,
        document.content,
        {**document.positions, permissions_file: at},
        path.resolve().parent.name,
        files,
        held,
        permissions_file,
    )


def _parent(node: Node, place: Place) -> Any:
    for key in place[:-1]:
        node = node[key]
    return node.value
