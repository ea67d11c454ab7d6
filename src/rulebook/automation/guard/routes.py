"""Which operations of a REST service a request's method, path and query can mean."""

import re
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

from botocore.model import OperationModel, ServiceModel

_LABEL = re.compile(r"\{(?P<name>[^}+]+)(?P<greedy>\+?)\}")


@dataclass(frozen=True)
class Route:
    """An operation that matches.

    Attributes:
        operation: its model.
        labels: the parts of the path that the template names, decoded.
        literals: how many parts of path and query are the template's own; the most of them is meant.
    """

    operation: OperationModel
    labels: dict[str, str] = field(compare=False)
    literals: int


def routes(model: ServiceModel, method: str, path: str, query: dict[str, str]) -> list[Route]:
    """Return every operation that a request matches, the one that says most first.

    Args:
        model: of the service.
        method: of the request.
        path: as it was sent, percent-encoded.
        query: decoded.
    """
    found = []
    for operation, pattern, wanted, literals in _templates(model.service_name, model):
        matched = pattern.fullmatch(path) if operation.http["method"] == method else None
        if matched and all(query.get(name) == value for name, value in wanted.items()):
            labels = {name: unquote(text) for name, text in _named(operation, matched)}
            found.append(Route(operation, labels, literals))
    return sorted(found, key=lambda route: -route.literals)


_Template = tuple[OperationModel, re.Pattern[str], dict[str, str], int]


@cache
def _templates(_name: str, model: ServiceModel) -> tuple[_Template, ...]:
    return tuple(_template(model.operation_model(name)) for name in model.operation_names)


def _template(operation: OperationModel) -> _Template:
    path, _, query = operation.http["requestUri"].partition("?")
    wanted = dict(one.partition("=")[::2] for one in query.split("&") if one)
    pattern, position = "", 0
    for label in _LABEL.finditer(path):
        pattern += re.escape(path[position : label.start()]) + ("(.+)" if label["greedy"] else "([^/]+)")
        position = label.end()
    pattern += re.escape(path[position:])
    parts = [part for part in path.split("/") if part and not _LABEL.fullmatch(part)]
    return operation, re.compile(pattern), wanted, len(parts) + len(wanted)


def _named(operation: OperationModel, matched: re.Match[str]) -> list[tuple[str, str]]:
    names = [label["name"] for label in _LABEL.finditer(operation.http["requestUri"].partition("?")[0])]
    return list(zip(names, matched.groups(), strict=True))
