"""A text with the place of every node: JSON as JSON, which is quick and takes tabs, all else as YAML."""

import json

from rulebook.authoring.lint import placed_yaml
from rulebook.authoring.lint.placed_yaml import Placed
from rulebook.authoring.render import json_source
from rulebook.errors import ConfigurationError


def read(text: str) -> Placed:
    """Return data and positions.

    Raises:
        ConfigurationError: it is neither JSON nor YAML; no file is named.
    """
    if not text.lstrip().startswith(("{", "[")):
        return placed_yaml.read(text)
    try:
        return Placed(json.loads(text), json_source.positions(text), {})
    except json.JSONDecodeError as error:
        try:
            return placed_yaml.read(text)  # flow style is YAML too
        except ConfigurationError:
            where = f"line {error.lineno}, column {error.colno}"
            raise ConfigurationError(f"{where}: {error.msg}; mend the JSON there") from None
    except ValueError as error:
        raise ConfigurationError(f"{error}; mend the JSON") from None
    except RecursionError:
        raise ConfigurationError("nested too deeply; flatten it") from None
