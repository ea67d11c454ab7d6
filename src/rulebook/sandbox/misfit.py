"""Whether a request that moto stumbled over is the sender's fault: it does not fit the operation's model.

moto takes most parameters as they come. A service answers 400 for what its model has no place for, whoever
sends it; botocore sends no such thing, other clients do.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from botocore.exceptions import UnknownServiceError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.utils import parse_timestamp
from moto.core.responses import get_service_model

from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.request import MODELS, ApiRequest

_ELSEWHERE = frozenset({"header", "headers", "querystring", "statusCode", "uri"})
_TEXT_IS: Mapping[str, Callable[[str], Any]] = {
    "blob": lambda text: base64.b64decode(text, validate=True),
    "boolean": {"true": True, "false": False}.__getitem__,
    "double": float,
    "float": float,
    "integer": int,
    "long": int,
    "timestamp": parse_timestamp,
}
_JSON_IS: Mapping[str, tuple[type, ...]] = {
    "blob": (str,),
    "boolean": (bool,),
    "double": (int, float, str),  # NaN is a text
    "float": (int, float, str),
    "integer": (int, float),
    "list": (list,),
    "long": (int, float),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (int, float, str),
}


def misfit_refusal(asked: ApiRequest, query: str, error: Exception) -> ApiError | None:
    """Return the 400 that a request has earned, None if nothing is wrong with it.

    Args:
        asked: the request.
        query: of its URL.
        error: what moto raised.
    """
    if (operation := _operation(asked)) is None or (shape := operation.input_shape) is None:
        return None
    if wrong := next(_misfits(shape, asked, query), None):
        return ApiError(400, "ValidationError", "SerializationException", wrong)
    if missing := [name for name in shape.required_members if name not in _given(shape, asked, query)]:
        message = f"The request must contain the parameter {missing[0]}."
        return ApiError(400, "ValidationError", "ValidationException", message)
    token = asked.parameters.get("NextToken")
    if token and isinstance(error, ValueError) and token in str(error):
        return ApiError(400, "InvalidNextToken", "InvalidNextToken", "The specified token is not valid.")
    return None


def _operation(asked: ApiRequest) -> OperationModel | None:
    for name in MODELS.get(asked.service, (asked.service,)):
        with suppress(UnknownServiceError):
            model = get_service_model(name)
            if asked.operation in model.operation_names:
                found: OperationModel = model.operation_model(asked.operation)
                return found
    return None


def _given(shape: StructureShape, asked: ApiRequest, query: str) -> set[str]:
    """Return the top-level members that are there; those in a path or a header are."""
    names = {name.partition(".")[0] for name in asked.parameters} | {name for name, _ in parse_qsl(query)}
    if asked.protocol in {"json", "rest-json"} and "payload" not in shape.serialization:
        body = json.loads(asked.body or b"{}")
        names |= {name for name, value in body.items() if value is not None}
    return {
        name
        for name, member in shape.members.items()
        if member.serialization.get("location") in {"header", "headers", "uri"}
        or member.serialization.get("name", name) in names
        or asked.protocol == "rest-xml"
        or shape.serialization.get("payload") == name
    }


def _misfits(shape: StructureShape, asked: ApiRequest, query: str) -> Iterator[str]:
    if asked.protocol == "query":
        yield from _of_texts(shape, asked.parameters.items())
        return
    by_query = {
        member.serialization["name"]: member
        for member in shape.members.values()
        if member.serialization.get("location") == "querystring" and "name" in member.serialization
    }
    for name, text in parse_qsl(query):
        if name in by_query and not _fits(by_query[name], text):
            yield _said(name, by_query[name])
    if asked.protocol in {"json", "rest-json"} and "payload" not in shape.serialization and asked.body:
        try:
            yield from _of_json(shape, json.loads(asked.body), "")
        except ValueError:
            yield "The body is not JSON."
        except RecursionError:
            yield "The body is nested too deeply."


def _of_texts(shape: Shape, fields: Any) -> Iterator[str]:
    """Hold a form's fields, ``Tags.member.1.Key``, to the shape; those it does not know are ignored."""
    for name, text in fields:
        found = _member(shape, name.split("."))
        if found is not None and not _fits(found, text):
            yield _said(name, found)


def _member(shape: Shape | None, parts: list[str]) -> Shape | None:
    for part in parts:
        if isinstance(shape, StructureShape):
            shape = next(
                (one for name, one in shape.members.items() if one.serialization.get("name", name) == part),
                None,
            )
        elif isinstance(shape, ListShape):
            shape = shape.member if part.isdecimal() else shape
        elif isinstance(shape, MapShape):
            shape = {"key": shape.key, "value": shape.value}.get(part, shape)
    return shape


def _fits(shape: Shape, text: str) -> bool:
    """Tell whether a text stands for a value of a shape; an empty one for an empty list."""
    if shape.type_name in {"list", "map", "structure"}:
        return shape.type_name == "list" or not text
    try:
        _TEXT_IS.get(shape.type_name, str)(text)
    except (ValueError, KeyError, binascii.Error):
        return False
    return True


def _of_json(shape: Shape, value: Any, place: str) -> Iterator[str]:
    if not _is(shape.type_name, value):
        yield _said(place or "The body", shape)
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            key = member.serialization.get("name", name)
            if member.serialization.get("location") not in _ELSEWHERE and value.get(key) is not None:
                yield from _of_json(member, value[key], f"{place}.{name}" if place else name)
    elif isinstance(shape, ListShape):
        for number, one in enumerate(value, 1):
            yield from _of_json(shape.member, one, f"{place}.{number}")
    elif isinstance(shape, MapShape):
        for key, one in value.items():
            yield from _of_json(shape.value, one, f"{place}.{key}")


def _is(type_name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return type_name == "boolean"
    return isinstance(value, _JSON_IS.get(type_name, (object,)))


def _said(place: str, shape: Shape) -> str:
    return f"{place} is no {shape.type_name}."
