"""Automation documents in files: alone, or as an AWS::SSM::Document of a CloudFormation template."""

import mmap
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.lint import placed, unknown
from rulebook.authoring.lint.placed_yaml import Placed
from rulebook.authoring.render.reading import SCRIPT
from rulebook.automation import flow
from rulebook.automation.language.limits import SCHEMA_VERSION
from rulebook.errors import ConfigurationError
from rulebook.finding import TOP, Place, Position
from rulebook.node import Node
from rulebook.project.rdk_config.source import read_text

LARGEST = 2_000_000  # bytes; a document has 64 KB, a template 1 MB
RESOURCE = "AWS::SSM::Document"
PROJECT_FILE = "document.yaml"  # whose scripts and permissions stand beside it
_FORM = "Fn::Sub"
_VERSION = re.compile(rb"schemaVersion[\\\"']*\s*:\s*[\\\"']*0\.3")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Source:
    """What one file came to.

    Attributes:
        documents: the Automation documents in it.
        skipped: documents of other kinds, or hidden behind intrinsics; 1 for a file that holds none.
        text: the file's text, for its comments.
        notes: a line for each document that intrinsics hide.
    """

    documents: tuple[AuthoredDocument, ...]
    skipped: int
    text: str = ""
    notes: tuple[str, ...] = ()


def read_source(path: Path, file: str) -> Source:
    """Read the documents of a file.

    Raises:
        ConfigurationError: it speaks of documents and cannot be read; the line names it.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}; name a file that exists") from None
    if not stat.S_ISREG(found.st_mode):
        return Source((), 1)  # reading a pipe may wait for ever
    size = found.st_size
    if size > LARGEST and not _speaks_of_documents(path):
        return Source((), 1)
    if size > LARGEST:
        raise ConfigurationError(f"{file}: {size:,} bytes, and no document is so large; leave it out")
    text = read_text(path, file).removeprefix("\ufeff")
    if "schemaVersion" not in text and RESOURCE not in text:
        return Source((), 1)
    held = documents_in(text, file)
    documents = tuple(_with_neighbours(one, path, file) for one in held if isinstance(one, AuthoredDocument))
    notes = tuple(one for one in held if isinstance(one, str))
    return Source(documents, len(held) - len(documents) or int(not held), text, notes)


def _speaks_of_documents(path: Path) -> bool:
    """Tell whether a file too large to be read holds what only documents and templates do."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return _VERSION.search(text) is not None or text.find(RESOURCE.encode()) >= 0


def documents_in(text: str, file: str) -> tuple[AuthoredDocument | str | None, ...]:
    """Return a document for each that a text holds; None for one that is not for us, a line for a hidden one.

    Raises:
        ConfigurationError: it is neither JSON nor YAML; the line names the file.
    """
    try:
        held = placed.read_placed(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    return tuple(_documents(held, file, text.splitlines()))


def _documents(held: Placed, file: str, lines: Sequence[str]) -> Iterator[AuthoredDocument | str | None]:
    top = Node(held.data)
    if top["schemaVersion"].exists:
        yield _document(top.value, file, held)
    for resource in top["Resources"]:
        content = resource["Properties"]["Content"]
        if resource["Type"].value == RESOURCE and content.exists:
            found = _within_template(content, file, held, lines)
            yield replace(found, resource=resource.key) if isinstance(found, AuthoredDocument) else found


def _document(content: Any, file: str, held: Placed, prefix: Place = TOP) -> AuthoredDocument | None:
    if not isinstance(content, dict) or str(content.get("schemaVersion")) != SCHEMA_VERSION:
        return None
    if "templateInformation" in content:  # Automation.ChangeTemplate, which holds no runbook of its own
        return None
    positions = _below(prefix, held.positions)
    doubled = frozenset(_below(prefix, dict.fromkeys(held.doubled)))
    return AuthoredDocument(
        file, content, {file: positions}, scalars=_below(prefix, held.scalars), doubled=doubled
    )


def _below(prefix: Place, known: Mapping[Place, _Value]) -> Mapping[Place, _Value]:
    """Return what is known of the places below one, by their places within it."""
    if not prefix:
        return known
    length = len(prefix)
    return {Place(place[length:]): value for place, value in known.items() if place[:length] == prefix}


def _within_template(
    content: Node, file: str, held: Placed, lines: Sequence[str]
) -> AuthoredDocument | str | None:
    hidden = f"{file}: {content.place} is known only when the stack is made; check what it stands for"
    inner = content[_FORM] if content[_FORM].exists else content
    text = inner.value[0] if isinstance(inner.value, list) and inner.value else inner.value
    if not isinstance(text, str):
        if unknown.is_intrinsic(inner.value) or unknown.is_intrinsic(inner["schemaVersion"].value):
            return hidden
        document = _document(inner.value, file, held, inner.place)
        return document and (_with_intrinsics(document) or hidden)
    try:
        within = placed.read_placed(text)
    except ConfigurationError:
        return hidden  # a placeholder makes it no YAML until it is filled in
    at = next(held.positions[place] for place in inner.place.upwards() if place in held.positions)
    start = _block_start(text.splitlines(), lines, at.line)
    places = {place: _moved(one, start) for place, one in within.positions.items()} if start else {TOP: at}
    document = _document(within.data, file, within._replace(positions=places))
    if document is None or inner is content:
        return document
    try:
        return _with_unknown(document, frozenset(unknown.variables(document.content)))
    except RecursionError:
        return document  # the checks tell that it is nested too deeply


def _with_intrinsics(document: AuthoredDocument) -> AuthoredDocument | None:
    """Leave open what intrinsics stand for; None if that is a part of the document's form."""
    try:
        places = frozenset(unknown.intrinsics(document.content))
    except RecursionError:
        return document
    return _with_unknown(document, places) if all(map(unknown.is_value, places)) else None


def _with_unknown(document: AuthoredDocument, places: frozenset[Place]) -> AuthoredDocument:
    content = unknown.filled(document.content, places) if places else document.content
    return replace(document, content=content, unknown=frozenset(map(unknown.hanging_on, places)))


def _block_start(block: Sequence[str], lines: Sequence[str], first: int) -> Position | None:
    """Return where a text begins in its file, if it is a YAML block below the line ``first``."""
    own = lines[first : first + len(block)]
    indent = next((len(line) - len(line.lstrip()) for line in own if line.strip()), 0)
    is_block = [line[indent:].rstrip() for line in own] == [line.rstrip() for line in block]
    return Position(first, indent) if is_block else None


def _moved(position: Position, start: Position) -> Position:
    return Position(position.line + start.line, position.column + start.column)


def _with_neighbours(document: AuthoredDocument, path: Path, file: str) -> AuthoredDocument:
    """Put in the scripts that stand beside a document.yaml of a project."""
    if path.name != PROJECT_FILE:
        return document
    files = {}
    for script in (step["inputs"]["Script"] for step in flow.every_step(document.node)):
        match = SCRIPT.fullmatch(script.text)
        beside = path.with_name(match[1]) if match else path
        if match and beside.exists() and not beside.is_file():
            raise ConfigurationError(f"{file}: {script.place}: {match[1]} is no regular file; make it one")
        if match:
            files[script.place] = str(Path(file).with_name(match[1]).as_posix())
            _parent(document.node, script.place)["Script"] = read_text(
                path.with_name(match[1]), files[script.place]
            )
    permissions = path.with_name("permissions.json")
    held: Any = None
    at: Mapping[Place, Position] = {}
    if permissions.is_file():
        held, at, *_ = placed.read_placed(read_text(permissions, permissions.name))
    permissions_file = Path(file).with_name(permissions.name).as_posix()
    return replace(
        document,
        positions={**document.positions, permissions_file: at},
        name=path.resolve().parent.name,
        script_files=files,
        permissions=held,
        permissions_file=permissions_file,
    )


def _parent(node: Node, place: Place) -> Any:
    for key in place[:-1]:
        node = node[key]
    return node.value
