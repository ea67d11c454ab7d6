"""The one way into moto: what extends it registers here when imported, and is in force while an account runs.

Afterwards moto is as it was: a test with plain moto in the same process gets plain moto.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from moto import backends
from moto.cloudformation import parsing
from moto.core import responses
from moto.core.common_models import CloudFormationModel

Model = TypeVar("Model")

_ABSENT = object()
_replacements: list[tuple[Callable[[], Any], Callable[[Any], None], Any]] = []  # read, write, ours
_models: list[Any] = []


@contextmanager
def installed() -> Iterator[None]:
    """Load every module of every sub-package of ``rulebook.sandbox``, and let ours answer for the block."""
    for package in pkgutil.iter_modules([str(Path(__file__).parent)], f"{__package__}."):
        if package.ispkg:
            module = importlib.import_module(package.name)
            for part in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
                importlib.import_module(part.name)
    with ExitStack() as undo:
        undo.callback(_forget_models)
        for read, write, ours in _replacements:
            undo.callback(write, read())
            write(ours)
        _forget_models()
        yield


def while_running(owner: Any, attribute: str, ours: Any) -> None:
    """Let an attribute of moto's be ours while an account runs; what moto has not is gone afterwards."""

    def write(value: Any) -> None:
        if value is _ABSENT:
            delattr(owner, attribute)
        else:
            setattr(owner, attribute, value)

    # Out of __dict__, for a class method read from the class would come back bound to it.
    _replacements.append((lambda: vars(owner).get(attribute, _ABSENT), write, ours))


def entry_while_running(mapping: MutableMapping[str, Any], key: str, ours: Any) -> None:
    """Let an entry of one of moto's tables be ours while an account runs."""

    def write(value: Any) -> None:
        if value is _ABSENT:
            del mapping[key]
        else:
            mapping[key] = value

    _replacements.append((partial(mapping.get, key, _ABSENT), write, ours))


def answer_with(urls: ModuleType, response: Any) -> None:
    """Let a service's requests be answered by ``response`` while an account runs.

    Args:
        urls: moto's ``urls`` module of that service; moto's server reads it when the first request comes.
        response: a subclass of moto's own response class; its ``dispatch`` takes over every path of that.
    """
    for path, handler in urls.url_paths.items():
        if issubclass(response, getattr(handler, "__self__", type(None))):
            entry_while_running(urls.url_paths, path, response.dispatch)


def resource_type(model: Model) -> Model:
    """Let CloudFormation make resources of a type by ``model`` while an account runs. A decorator."""
    _models.append(model)
    return model


def _every_model() -> list[Any]:
    """Return moto's models and ours; of two for one type moto takes the later."""
    return [*CloudFormationModel.__subclasses__(), *_models]


def _forget_models() -> None:
    for remembered in (parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()


while_running(parsing, "get_model_list", _every_model)
# moto works both out anew for every request, which is a third of what a request takes.
_SERVICES = tuple(backends.list_of_moto_modules())
while_running(backends, "list_of_moto_modules", lambda: _SERVICES)
while_running(responses, "method_names_from_class", cache(responses.method_names_from_class))
