"""permissions.json: the IAM actions that a rule reads with, or that a runbook's role needs."""

import re
from pathlib import Path

from rulebook.errors import ConfigurationError
from rulebook.project.rdk_config.source import read_json

ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")


def read_permissions(path: Path, name: str) -> list[str]:
    """Read a permissions.json.

    Args:
        path: the file.
        name: how a message names it.

    Returns:
        Actions, each as ``service:Action``.

    Raises:
        ConfigurationError: it is missing or malformed, or no list of actions; a wildcard is none.
    """
    data = read_json(path, name)
    if not isinstance(data, list):
        raise ConfigurationError(f'{name}: is no list; write ["service:Action", ...]')
    for place, one in enumerate(data):
        if not isinstance(one, str) or not ACTION.fullmatch(one):
            raise ConfigurationError(f"{name}: [{place}]: is {one!r}; write one action, as service:Action")
    return data
