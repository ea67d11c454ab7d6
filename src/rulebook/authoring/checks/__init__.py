"""What must hold before a document or a pair is built: one small file a check, found by walking the folders.

``document/`` looks at one document as authored, ``pair/`` at a rule together with its document. A check is
a module with ``find(subject) -> Iterator[Finding]``; its docstring says what it finds, why, and where AWS
says so. A further check is a further file. What existing tools miss of this is in
``docs/adr/0005-own-runner-and-checks.md``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import Any, cast

from rulebook.authoring.checks import document as document_checks
from rulebook.authoring.checks import pair as pair_checks
from rulebook.authoring.checks import shape
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding


def check_document(document: AuthoredDocument) -> list[Finding]:
    """Return everything that is wrong with one document; the others run once its shape is right."""
    return sorted(set(shape.find(document))) or _run(modules(document_checks), document)


def check_pair(pair: Pair) -> list[Finding]:
    """Return everything that is wrong between a rule and its document, whose shape is right."""
    return _run(modules(pair_checks), pair)


@cache
def modules(package: ModuleType) -> tuple[ModuleType, ...]:
    """Import every check of a package."""
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    return tuple(importlib.import_module(f"{package.__name__}.{name}") for name in names)


def _run(checks: Iterable[ModuleType], subject: Any) -> list[Finding]:
    found: set[Finding] = set()  # two steps with one script would say everything twice
    for check in checks:
        find = cast("Callable[[Any], Iterator[Finding]]", check.find)
        found.update(find(subject))
    return sorted(found)
