"""A text with the place of every node: JSON as JSON, which is quick and takes tabs, all else as YAML."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property

from rulebook.authoring.lint import placed_yaml
from rulebook.authoring.lint.placed_yaml import Placed
from rulebook.authoring.render import json_source
from rulebook.errors import ConfigurationError
from rulebook.finding import Place, Position


def read_placed(text: str) -> Placed:
    """Return data and positions.

    Raises:
        ConfigurationError: it is neither JSON nor YAML; no file is named.
    """
    if not text.lstrip().startswith(("{", "[")):
        return placed_yaml.read_placed_yaml(text)
    try:
        return Placed(json.loads(text), _PlacesOfJson(text), {})
    except json.JSONDecodeError as error:
        try:
            return placed_yaml.read_placed_yaml(text)  # flow style is YAML too
        except ConfigurationError:
            where = f"line {error.lineno}, column {error.colno}"
            raise ConfigurationError(f"{where}: {error.msg}; mend the JSON there") from None
    except ValueError as error:
        raise ConfigurationError(f"{error}; mend the JSON") from None
    except RecursionError:
        raise ConfigurationError("nested too deeply; flatten it") from None


class _PlacesOfJson(Mapping[Place, Position]):
    """Found when the first is asked for: a document without findings needs none."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _found(self) -> dict[Place, Position]:
        try:
            return json_source.positions(self._text)
        except RecursionError:  # deeper than this reader goes, not than json's
            return {}

    def __getitem__(self, place: Place) -> Position:
        return self._found[place]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
