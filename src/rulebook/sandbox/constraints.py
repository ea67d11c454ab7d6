"""What a service's own model says of its parameters: lengths, patterns, ranges, words.

botocore checks minimums only. Services word all that is wrong in one error: ``2 validation errors detected:
Value ... at ... failed to satisfy constraint: ...; Value ...``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from moto.core.responses import get_service_model

from rulebook.sandbox.errors import ApiError

# Letters, separators and digits, as far as Python can say it; control characters are no separators.
_JAVA_WORDS = (r"\p{L}\p{Z}\p{N}", r"\w \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000")


class Constrained:
    """A part of a response class of moto's: refuses what the service's model does before the call is made.

    Attributes:
        says_values: whether the service repeats the value, and the words it could have been.
    """

    says_values = True

    def call_action(self: Any) -> Any:
        """Check the parameters, then answer.

        Raises:
            ApiError: ValidationError, or ValidationException in the JSON protocols; the gate renders it.
        """
        model = get_service_model(self.boto3_service_name)
        if self._get_action() in model.operation_names:
            demand_model_constraints(
                model.operation_model(self._get_action()), self.params, values=self.says_values
            )
        return super().call_action()  # type: ignore[misc]  # moto's, of the class beside this


def demand_model_constraints(
    operation: OperationModel, parameters: Mapping[str, Any], *, values: bool = True
) -> None:
    """Raise the service's error if a parameter is none that its model allows."""
    if operation.input_shape and (wrong := list(_violations(operation.input_shape, parameters, ""))):
        wrong = wrong if values else [_without_values(one) for one in wrong]
        plural = "s" if len(wrong) > 1 else ""
        message = f"{len(wrong)} validation error{plural} detected: {'; '.join(wrong)}"
        raise ApiError(400, "ValidationError", "ValidationException", message)


def _without_values(violation: str) -> str:
    """Leave out the value and the words of an enumeration, as IAM does."""
    _, at, where = violation.rpartition(" at '")
    return "Value" + at + re.sub(r"(enum value set): \[.*\]$", r"\1", where)


def _violations(shape: Shape, value: Any, place: str) -> Iterator[str]:
    for rule, holds in _rules(shape):
        if not holds(value):
            shown = "" if shape.metadata.get("sensitive") else f" '{value}'"
            yield f"Value{shown} at '{place}' failed to satisfy constraint: {rule}"
    for member, one, where in _parts(shape, value, place):
        if one is not None:
            yield from _violations(member, one, where)


def _parts(shape: Shape, value: Any, place: str) -> Iterator[tuple[Shape, Any, str]]:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield member, value.get(name), f"{place}{'.' if place else ''}{name[0].lower()}{name[1:]}"
    elif isinstance(shape, ListShape):
        for number, one in enumerate(value, 1):
            yield shape.member, one, f"{place}.{number}.member"
    elif isinstance(shape, MapShape):
        for key, one in value.items():
            yield shape.key, key, place
            yield shape.value, one, f"{place}.{key}.member"


def _rules(shape: Shape) -> Iterator[tuple[str, Callable[[Any], bool]]]:
    """Yield each constraint of a shape in the services' words, and whether a value satisfies it."""
    said = shape.metadata
    least, most = said.get("min"), said.get("max")
    if shape.type_name in {"string", "list", "map"}:
        if most is not None:
            yield f"Member must have length less than or equal to {most}", lambda value: len(value) <= most
        if least is not None:
            yield (
                f"Member must have length greater than or equal to {least}",
                lambda value: len(value) >= least,
            )
    elif shape.type_name in {"integer", "long"}:
        if most is not None:
            yield f"Member must have value less than or equal to {most}", lambda value: value <= most
        if least is not None:
            yield f"Member must have value greater than or equal to {least}", lambda value: value >= least
    if words := said.get("enum"):
        yield f"Member must satisfy enum value set: [{', '.join(words)}]", lambda value: value in words
    if pattern := said.get("pattern"):
        yield (
            f"Member must satisfy regular expression pattern: {pattern}",
            lambda value: _compiled(pattern).fullmatch(value) is not None,
        )


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return Java's pattern as Python's: in Java's the classes know ASCII only."""
    ours = pattern.replace(*_JAVA_WORDS)
    return re.compile(ours, re.ASCII if ours == pattern else 0)
