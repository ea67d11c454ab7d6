"""Which outputs a step has: those that it declares, and those of its action."""

from rulebook.automation import flow
from rulebook.automation.language.actions import ACTIONS
from rulebook.node import Node


def declared(step: Node) -> set[str]:
    """Return the outputs that a step declares."""
    return {output["Name"].text for output in step["outputs"]}


def documented(step: Node) -> set[str]:
    """Return every output that AWS documents of a step; nothing of an action that nobody knows."""
    action = ACTIONS.get(step["action"].text)
    return declared(step) | (action.outputs | action.undeclared_outputs if action else frozenset())


def made_here(step: Node) -> set[str]:
    """Return the outputs that the runner gives a step: some only if it declares none."""
    action = ACTIONS.get(step["action"].text)
    own = declared(step)
    return documented(step) - (action.undeclared_outputs - own if action and own else frozenset())


def by_step(document: Node) -> dict[str, set[str]]:
    """Return the documented outputs of every step by its name; see also ``unknown``."""
    return {flow.name(step): documented(step) for step in flow.every_step(document)}


def unknown(document: Node) -> set[str]:
    """Return the steps whose outputs nobody documents: of an action that is AWS's own, or does not exist."""
    steps = [(flow.name(step), ACTIONS.get(step["action"].text)) for step in flow.every_step(document)]
    return {name for name, action in steps if action is None or action.any_output}


def made_by_step(document: Node) -> dict[str, set[str]]:
    """Return the outputs that the runner gives every step, by its name."""
    return {flow.name(step): made_here(step) for step in flow.every_step(document)}
