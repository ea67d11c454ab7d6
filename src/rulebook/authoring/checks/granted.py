"""A permissions.json together with what the code beside it calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.authoring.checks.authored import AuthoredDocument, Positions
from rulebook.authoring.checks.authored_rule import AuthoredRule
from rulebook.authoring.checks.calls import actions_called, actions_of_modules, misspelt_calls
from rulebook.node import Node


@dataclass(frozen=True)
class Granted:
    """What a check of permissions looks at.

    Attributes:
        permissions: what the file holds.
        called: the actions that the code calls; None if not all of it could be parsed.
        file: permissions.json, relative to the project.
        positions: line and column of every node, by file.
        slips: by the action that is meant: a method as it is written, and as it is called.
    """

    permissions: Node
    called: frozenset[str] | None
    file: str
    positions: Positions
    slips: Mapping[str, tuple[str, str]]


def to_document(document: AuthoredDocument) -> Granted:
    """Return what a document's role may do and what its scripts and steps call."""
    trees = [script.tree for script in document.scripts() if script.tree]
    parsed = all(script.tree for script in document.scripts())
    return Granted(
        permissions=Node(document.permissions),
        called=frozenset(actions_called(document)) if parsed else None,
        file=document.permissions_file,
        positions=document.positions,
        slips={action: slip for tree in trees for action, slip in misspelt_calls([tree]).items()},
    )


def to_rule(rule: AuthoredRule) -> Granted:
    """Return what a rule reads with and what its modules call."""
    return Granted(
        permissions=Node(rule.permissions),
        called=None if rule.trees is None else frozenset(actions_of_modules(rule.trees)),
        file=rule.permissions_file,
        positions=rule.positions,
        slips=misspelt_calls(rule.trees or ()),
    )
