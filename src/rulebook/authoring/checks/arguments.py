"""Whether the arguments of a call are what botocore's model of the operation takes.

``error`` is what boto3 itself refuses before it calls; a value that the model does not list is a ``warning``,
because only the service decides, and such lists grow. botocore is at least as new here as the boto3 of
Automation, which lags "up to a few weeks" behind
(https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from rulebook import service_model
from rulebook.automation.references import has_reference, whole_reference
from rulebook.finding import TOP, Finding, Place
from rulebook.node import Node
from rulebook.wording import nearest, shown

DEEPEST = 100  # keys and indexes that lead to a value; of deeper ones nothing is said
MOST_NAMES = 12  # of those that exist, in a cure


class Unknown:
    """Stands for a value that is known only in the run."""


_NUMBER = ((int, float), "a number", {"Integer"})
_WHOLE = ((int,), "a whole number", {"Integer"})
# From a type of botocore to what Python must have there, its words, and the declared types that can be it.
_TAKES: dict[str, tuple[tuple[type, ...], str, set[str]]] = {
    "string": ((str,), "text", {"String"}),
    "integer": _WHOLE,
    "long": _WHOLE,
    "float": _NUMBER,
    "double": _NUMBER,
    "boolean": ((bool,), "true or false", {"Boolean"}),
    "list": ((list,), "a list", {"StringList", "MapList"}),
    "map": ((dict,), "an object", {"StringMap"}),
    "structure": ((dict,), "an object", {"StringMap"}),
    "timestamp": ((str, int, float), "a time", {"String", "Integer"}),
    "blob": ((str,), "text", {"String"}),
}
WORDS = {kind: words for kind, (_, words, _) in _TAKES.items()}
_LISTS = ("StringList", "MapList")


@dataclass(frozen=True)
class Arguments:
    """What one operation takes.

    Attributes:
        operation: its model.
        declared: the type of what a reference names, where it is known.
        empty: whether nothing (null, None) counts as a value.
    """

    operation: OperationModel
    declared: Mapping[str, str]
    empty: bool = False

    def wrong(self, given: list[Node], where: Place = TOP, *, complete: bool = True) -> Iterator[Finding]:
        """Find names that the operation does not take, those that lack, and values of another kind.

        Args:
            given: each argument, under the name by which it is given.
            where: the place of what lacks an argument that lacks.
            complete: whether these are all arguments.
        """
        takes = service_model.parameters_of_operation(self.operation)
        for one in given:
            if one.key in takes:
                yield from self._value(one, takes[one.key])
            else:
                yield one.finding(f"is no parameter of {self._name}", likely(one.key, takes))
        lacking = service_model.missing(self.operation, [one.key for one in given]) if complete else []
        for name in lacking:
            yield Finding(where, f"lacks {name}, which {self._name} needs", "add it")

    @property
    def _name(self) -> str:
        return f"{self.operation.service_model.service_name} {self.operation.name}"

    def _value(self, node: Node, shape: Shape) -> Iterator[Finding]:
        known = not isinstance(node.value, Unknown) and (node.value is not None or self.empty)
        if not known or takes_anything(shape) or len(node.place) > DEEPEST:
            return
        types, words, declared = _TAKES[shape.type_name]
        if has_reference(node.value):
            yield from self._reference(node, words, declared)
        elif not isinstance(node.value, types) or (isinstance(node.value, bool) and bool not in types):
            problem = f"is {shown(node.value)}, and {self._name} takes {words} there"
            yield node.finding(problem, _instead(node, shape, words))
        else:
            yield from self._small(node, shape)
            yield from self._within(node, shape)

    def _reference(self, node: Node, words: str, fitting: set[str]) -> Iterator[Finding]:
        declared = self.declared.get(whole_reference(node.value))
        in_list = isinstance(node.place[-1], int)  # a list within a list is put in element by element
        if declared is None or declared in fitting or (in_list and declared in _LISTS):
            return
        problem = f"is {node.text}, a {declared}, and {self._name} takes {words} there"
        yield node.finding(problem, f"pass {words}")

    def _within(self, node: Node, shape: Shape) -> Iterator[Finding]:
        if isinstance(shape, StructureShape):
            yield from self._structure(node, shape)
        elif isinstance(shape, ListShape):
            for one in node:
                yield from self._value(one, shape.member)
        elif isinstance(shape, MapShape):
            for one in node:
                yield from self._value(one, shape.value)
        else:
            yield from self._listed(node, shape)

    def _listed(self, node: Node, shape: Shape) -> Iterator[Finding]:
        listed = service_model.listed_values(self.operation, shape)
        in_any_case = {value.lower() for value in listed}  # as EC2 takes several
        if listed and node.text.lower() not in in_any_case:
            problem = f"is {shown(node.value)}, which {service_model.BOTOCORE} does not list there"
            yield node.finding(problem, likely(node.text, listed), "warning")

    def _structure(self, node: Node, shape: StructureShape) -> Iterator[Finding]:
        for one in node:
            if one.key in shape.members:
                yield from self._value(one, shape.members[one.key])
            else:
                yield one.finding(f"is no key of {shape.name} ({self._name})", likely(one.key, shape.members))
        for name in shape.required_members:
            if name not in node.names():
                yield node.finding(f"lacks {name}, which {self._name} needs there", "add it")

    def _small(self, node: Node, shape: Shape) -> Iterator[Finding]:
        least = shape.metadata.get("min")
        size = node.value if isinstance(node.value, int | float) else len(node.value)
        if least is not None and shape.type_name not in ("timestamp", "map", "structure") and size < least:
            what = "at least" if isinstance(node.value, int | float) else "a length of at least"
            yield node.finding(
                f"is {shown(node.value)}, and {self._name} takes {what} {least} there", "change it"
            )


def takes_anything(shape: Shape) -> bool:
    """Tell whether boto3 takes any JSON value there."""
    return bool(
        getattr(shape, "serialization", {}).get("jsonvalue") or getattr(shape, "is_document_type", False)
    )


def _instead(node: Node, shape: Shape, words: str) -> str:
    """Return the cure for a value of another type."""
    if isinstance(node.value, list) and len(node.value) == 1:
        return "write its element without the list"
    if shape.type_name == "list":
        return "put it into a list"
    if shape.type_name == "string" and isinstance(node.value, bool | int | float):
        return "quote it"
    unquoted = (
        node.text.isdecimal() if shape.type_name != "boolean" else node.text.lower() in ("true", "false")
    )
    return f"write {node.text.lower()} without quotes" if unquoted else f"write {words}"


def likely(name: str, known: Iterable[str]) -> str:
    """Return a cure for a name that is not known, without the names of a whole service."""
    names = list(known)
    cure = nearest(name, names)
    if cure.startswith("use one of") and len(names) > MOST_NAMES:
        return "look it up in the reference of the API"
    return cure
