"""What a selector reaches in the answer of an operation, as far as botocore's model tells.

All of JSONPath that is understood here means the same to everybody: names, indexes, ``*``, ``..``, filters
and slices (both of which only leave elements out). Of what follows anything else nothing is said. The
service takes a selector without its ``$.`` too: AWS's own documents have them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

Part = str | int | None  # a name, an index, or None for any of what is there
ANYTHING = None  # in the place of a shape: what is not described
# boto3 puts it into every answer; what the second holds differs.
_METADATA = "ResponseMetadata"
_IN_METADATA = frozenset({"HTTPHeaders", "HTTPStatusCode", "HostId", "RequestId", "RetryAttempts", _METADATA})
_PART = re.compile(
    r"""\.?(?P<name>[\w-]+)|\.?(?P<open>\[\s*)?(?P<quote>['"])(?P<quoted>[^'"]*)(?P=quote)(?(open)\s*\])"""
    r"""|\.?\[(?P<index>-?\d+)\]"""
    r"""|(?P<any>\[\*\]|\.?\*|\[-?\d*:-?\d*\]|\[\?\([^()\[\]]*\)\])"""
)
_DEEP = ".."


class Unclear(Exception):
    """A selector that is not understood: nothing is said of it."""


@dataclass(frozen=True)
class SelectorStep:
    """One step of a selector; ``deep`` looks for the part at any depth."""

    part: Part
    deep: bool


@dataclass(frozen=True)
class Reached:
    """What a selector reaches.

    Attributes:
        shapes: what may stand there, ANYTHING where the model does not say.
        several: whether it is a list of such values, because the selector may reach more than one.
    """

    shapes: tuple[Shape | None, ...]
    several: bool


class Misses(Exception):
    """A selector that reaches nothing, whatever the answer holds.

    Attributes:
        name: the part that is not there; an index for what is no list.
        known: the names that are there instead.
        within: what is there in botocore's words (``list``, ``string``); empty if the answer is empty.
    """

    def __init__(self, name: Part, known: frozenset[str], within: str) -> None:
        super().__init__(name)
        self.name = name
        self.known = known
        self.within = within


def parse_selector(selector: str) -> tuple[SelectorStep, ...]:
    """Return the steps of a selector.

    Raises:
        Unclear: it has more than is understood here.
    """
    text = selector.strip()
    position = 1 if text.startswith("$") else 0
    steps = []
    while position < len(text):
        deep = text.startswith(_DEEP, position)
        match = _PART.match(text, position + (len(_DEEP) if deep else 0))
        if match is None or text.startswith("(", match.end()):
            raise Unclear
        steps.append(SelectorStep(_part(match), deep))
        position = match.end()
    return tuple(steps)


def _part(match: re.Match[str]) -> Part:
    if match["index"] is not None:
        return int(match["index"])
    return match["name"] if match["name"] is not None else match["quoted"]


def reach(operation: OperationModel, selector: str) -> Reached:
    """Return what a selector reaches in the answer of an operation.

    Raises:
        Unclear: the selector is not understood.
        Misses: there is never anything at that place.
    """
    steps = parse_selector(selector)
    if not steps:
        return Reached((operation.output_shape,), several=False)
    first = steps[0]
    if first.part in (_METADATA, None) or (first.deep and first.part in _IN_METADATA):
        raise Unclear
    if operation.output_shape is None:
        raise Misses(first.part, frozenset(), "")
    shapes: tuple[Shape | None, ...] = (operation.output_shape,)
    for step in steps:
        shapes = _follow(operation, shapes, step)
    return Reached(shapes, several=any(step.deep or step.part is None for step in steps))


def _follow(
    operation: OperationModel, shapes: tuple[Shape | None, ...], step: SelectorStep
) -> tuple[Shape | None, ...]:
    if step.deep:
        shapes = tuple(inner for shape in shapes for inner in _within(shape, set()))
    found = [child for shape in shapes for child in _children(shape, step.part)]
    if any(child is ANYTHING or _is_free(operation, child) for child in found):
        return (ANYTHING,)
    if not found:
        raise _missed(shapes, step)
    return tuple({shape.name: shape for shape in found if shape}.values())


def _children(shape: Shape | None, part: Part) -> Iterator[Shape | None]:
    if shape is None:
        yield ANYTHING
    elif isinstance(shape, StructureShape):
        if part is None:
            yield from shape.members.values()
        elif part in shape.members:
            yield shape.members[str(part)]
    elif isinstance(shape, MapShape):
        if not isinstance(part, int):
            yield shape.value
    elif isinstance(shape, ListShape) and not isinstance(part, str):
        yield shape.member


def _within(shape: Shape | None, seen: set[str]) -> Iterator[Shape | None]:
    """Yield a shape and all that it holds, each once."""
    if shape is not None and shape.name in seen:
        return
    yield shape
    if shape is not None:
        seen.add(shape.name)
        for inner in _children(shape, None):
            yield from _within(inner, seen)


def _is_free(operation: OperationModel, shape: Shape) -> bool:
    """Tell whether boto3 answers with a value of any make there: policies and templates it reads itself."""
    service = operation.service_model.service_name
    decoded = (service == "iam" and shape.name == "policyDocumentType") or (
        service == "cloudformation" and shape.name == "TemplateBody"
    )
    serialization = getattr(shape, "serialization", {})
    return (
        decoded
        or bool(serialization.get("jsonvalue"))
        or getattr(shape, "is_document_type", False)
        or bool(serialization.get("eventstream"))
    )


def _missed(shapes: tuple[Shape | None, ...], step: SelectorStep) -> Misses:
    there = [shape for shape in shapes if shape]
    known = frozenset(name for shape in there if isinstance(shape, StructureShape) for name in shape.members)
    return Misses(step.part, known, there[0].type_name)
