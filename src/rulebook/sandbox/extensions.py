"""Find and load what extends moto: every module below this package registers itself when imported."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from rulebook import sandbox

if TYPE_CHECKING:
    from types import ModuleType


def install() -> None:
    """Import every module of every sub-package of ``rulebook.sandbox``; a second time changes nothing."""
    for package in pkgutil.iter_modules(sandbox.__path__, f"{sandbox.__name__}."):
        if package.ispkg:
            module = importlib.import_module(package.name)
            for part in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
                importlib.import_module(part.name)


def answer_with(urls: ModuleType, response: Any) -> None:
    """Let a service's requests be answered by ``response``, a subclass of moto's own response class.

    Args:
        urls: moto's ``urls`` module of that service; moto's server reads it when the first request comes.
        response: the class whose ``dispatch`` takes over every path that moto's class served.
    """
    for path, handler in urls.url_paths.items():
        if issubclass(response, getattr(handler, "__self__", type(None))):
            urls.url_paths[path] = response.dispatch
