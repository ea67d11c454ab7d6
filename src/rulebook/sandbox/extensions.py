"""Find and load what extends moto: every module below this package registers itself when imported."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class _Replacement:
    """Something of moto's that is ours while an account runs."""

    set_to: Callable[[Any], object]
    theirs: Any
    ours: Any


_REPLACEMENTS: list[_Replacement] = []


@contextmanager
def installed() -> Iterator[None]:
    """Load every module of every sub-package of ``rulebook.sandbox``, and let ours answer for the block.

    Afterwards moto's own classes answer again: a test with plain moto in the same process gets plain moto.
    """
    for package in pkgutil.iter_modules([str(Path(__file__).parent)], f"{__package__}."):
        if package.ispkg:
            module = importlib.import_module(package.name)
            for part in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
                importlib.import_module(part.name)
    for one in _REPLACEMENTS:
        one.set_to(one.ours)
    try:
        yield
    finally:
        for one in _REPLACEMENTS:
            one.set_to(one.theirs)


def answer_with(urls: ModuleType, response: Any) -> None:
    """Let a service's requests be answered by ``response`` while an account runs.

    Args:
        urls: moto's ``urls`` module of that service; moto's server reads it when the first request comes.
        response: a subclass of moto's own response class; its ``dispatch`` takes over every path of that.
    """
    for path, handler in urls.url_paths.items():
        if issubclass(response, getattr(handler, "__self__", type(None))):
            _REPLACEMENTS.append(
                _Replacement(partial(urls.url_paths.__setitem__, path), handler, response.dispatch)
            )


def while_running(owner: object, attribute: str, ours: Any) -> None:
    """Let an attribute of moto's be ours while an account runs."""
    _REPLACEMENTS.append(_Replacement(partial(setattr, owner, attribute), getattr(owner, attribute), ours))
