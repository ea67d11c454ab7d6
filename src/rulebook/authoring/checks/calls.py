"""The IAM actions that documents and rules call, read from their code with botocore's service models.

A call counts if its name is an operation of a service for which the script makes a client:
``iam.delete_access_key()``, ``iam.get_paginator("list_users")``. Which services those are is read from the
constants passed to ``client`` functions.
"""

import ast
import difflib
from collections.abc import Iterable, Iterator
from functools import cache

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_functions import nodes
from rulebook.automation.language.actions import API_CALLS
from rulebook.iam import action_of
from rulebook.node import Node
from rulebook.service_model import boto3_names, methods

NEAR = 0.9  # how much two method names have in common if one is the other with a slip


def actions_called(document: AuthoredDocument) -> set[str]:
    """Return every action, as ``service:Action``."""
    found: set[str] = set()
    for script in document.scripts():
        if script.tree:
            found |= script_actions(script.tree)
    for step in document.steps():
        found |= api_actions(step)
    return found


def api_actions(step: Node) -> set[str]:
    """Return the action of a step that calls an API by itself; of any other step none."""
    service, api = boto3_names(step["inputs"]["Service"].text, step["inputs"]["Api"].text)
    if step["action"].value not in API_CALLS or not (service and api):
        return set()
    return {action_of(service, api)}


def script_actions(tree: ast.Module) -> set[str]:
    """Return the actions that one script calls."""
    return actions_of_modules([tree])


def actions_of_modules(trees: Iterable[ast.Module]) -> set[str]:
    """Return the actions that the modules of one program call: one may make a client, another use it."""
    modules = list(trees)
    operations = {service: methods(service) for tree in modules for service in _services(tree)}
    names = frozenset[str]().union(*map(_called_names, modules))
    return {
        action_of(service, known[name])
        for service, known in operations.items()
        for name in names
        if name in known
    }


def misspelt_calls(trees: Iterable[ast.Module]) -> dict[str, tuple[str, str]]:
    """Return methods that the modules of one program call, that no client has, and that come near one it has.

    Returns:
        The action that is meant, to the method as it is written and as it is called.
    """
    modules = list(trees)
    operations = {service: methods(service) for tree in modules for service in _services(tree)}
    known = {method for methods in operations.values() for method in methods}
    unknown = sorted(frozenset[str]().union(*map(_called_names, modules)) - known)
    return {
        action_of(service, operation): (near[0], method)
        for service, methods in operations.items()
        for method, operation in methods.items()
        if (alike := [one for one in unknown if _of_like_length(one, method)])
        and (near := difflib.get_close_matches(method, alike, n=1, cutoff=NEAR))
    }


def _of_like_length(one: str, other: str) -> bool:
    """Tell whether two names can come near: difflib finds that only after it has taken a name apart."""
    return 2.0 * min(len(one), len(other)) / (len(one) + len(other)) >= NEAR


@cache
def _services(tree: ast.Module) -> set[str]:
    """Return every constant that stands first in a call of something named like ``client``."""
    found = set()
    for node in nodes(tree):
        if isinstance(node, ast.Call) and node.args and "client" in _name(node.func).lower():
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


@cache
def _called_names(tree: ast.Module) -> frozenset[str]:
    """Return the name of every method called or handed over, and of every operation named to a paginator."""
    return frozenset(_names_in_calls(tree))


def _names_in_calls(tree: ast.Module) -> Iterator[str]:
    for node in nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        yield from (one.attr for one in node.args if isinstance(one, ast.Attribute))
        if not isinstance(node.func, ast.Attribute):
            continue
        named_by = node.func.attr in ("get_paginator", "can_paginate")
        if named_by and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
        elif not (isinstance(node.func.value, ast.Name) and node.func.value.id == "self"):
            yield node.func.attr


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
