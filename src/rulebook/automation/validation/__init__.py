"""What the service refuses of a document, or cannot run: one module a check, found by walking this folder.

Each has a ``CODE``, which is stable, ``find(document: Node) -> Iterator[Finding]``, and what docs/lint.md
says of it: a docstring (what must hold; why, and AWS's page), examples ``WRONG`` and ``RIGHT``. The build,
the runner's plan and the embedded account's CreateDocument all judge by these. Where AWS does not say whether
it refuses a document when it is created or fails it when it runs, it is refused here: docs/unverified.md.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Any, Protocol, cast

from rulebook.automation.language.limits import JUDGED
from rulebook.automation.parameters import json_size
from rulebook.automation.validation import document_size, shape
from rulebook.finding import Finding, Place
from rulebook.node import Node


class Check(Protocol):
    """A module that is a check."""

    CODE: str
    find: Callable[[Any], Iterator[Finding]]


SHAPE = cast("Check", shape)


@cache
def modules(package: ModuleType) -> tuple[ModuleType, ...]:
    """Import every module of a package."""
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    return tuple(importlib.import_module(f"{package.__name__}.{name}") for name in names)


def checks(package: ModuleType) -> tuple[Check, ...]:
    """Import every check of a package."""
    return tuple(cast("Check", module) for module in modules(package))


def findings(check: Check, subject: Any) -> Iterator[Finding]:
    """Yield what a check finds, signed with its code."""
    for finding in check.find(subject):
        yield replace(finding, check=check.CODE)


def validate(document: Node) -> list[Finding]:
    """Return everything that is wrong with a document, each place of a wrong shape told once."""
    try:
        if not is_judged(document):
            return [replace(one, check=document_size.CODE) for one in document_size.find(document)]
        wrong = list(findings(SHAPE, document))
        further = (check for check in checks(sys.modules[__name__]) if check is not SHAPE)
        if isinstance(document.value, dict):
            found = (finding for check in further for finding in findings(check, document))
            wrong += beside_misshapen(shape.misshapen(document), found)
    except RecursionError:
        return [replace(document.finding("is nested too deeply", "flatten it"), check=SHAPE.CODE)]
    return sorted(set(wrong))


def is_judged(document: Node) -> bool:
    """Tell whether a document is small enough to be looked into."""
    return json_size(document.value) <= JUDGED


def beside_misshapen(misshapen: set[Place], found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what is found about the parts of a document whose shape is right."""
    yield from (one for one in found if not misshapen.intersection(one.place.upwards()))
