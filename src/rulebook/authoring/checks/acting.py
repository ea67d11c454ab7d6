"""The steps of a document that change something, and those that only look."""

from rulebook.authoring.checks.authored import AuthoredDocument, parse_script
from rulebook.authoring.checks.calls import api_actions, script_actions
from rulebook.authoring.checks.script_slice import script_slice
from rulebook.automation.language.actions import ACTIONS, API_CALLS, BRANCH, LOOP, SCRIPT, SLEEP
from rulebook.finding import Place
from rulebook.iam import only_looks
from rulebook.node import Node

# Every other action of Automation changes something, or lets something be run that may.
_HARMLESS = {BRANCH, LOOP, SLEEP, "aws:approve", "aws:pause", "aws:updateVariable"}
_BY_ITS_CALLS = {SCRIPT, *API_CALLS}


def called_by_step(document: AuthoredDocument) -> dict[Place, set[str]]:
    """Return the IAM actions that each step's script (what its handler needs of it) or API calls."""
    actions = {step.place: api_actions(step) for step in document.steps()}
    for script in document.scripts():
        if script.tree and script.handler:
            tree = parse_script(script_slice(script.source, script.handler.name))
            needed = tree if not isinstance(tree, SyntaxError) else script.tree
            actions[script.step.place] = script_actions(needed)
    return actions


def acting_steps(document: AuthoredDocument) -> list[Node]:
    """Return the steps that change something, in order."""
    called = called_by_step(document)
    return [step for step in document.steps() if _acts(step, called[step.place])]


def _acts(step: Node, called: set[str]) -> bool:
    action = step["action"].text
    if action in _BY_ITS_CALLS:
        return not all(only_looks(one) for one in called)
    return action in ACTIONS and action not in _HARMLESS
