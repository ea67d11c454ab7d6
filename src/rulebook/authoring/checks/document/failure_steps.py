"""A step for failures is not fallen into: the step written before it ends the run or goes elsewhere.

A step is for failures if nothing but onFailure or onCancel names it, and either its script does nothing but
raise, or its name says so. AWS's own tests of resilience roll back either way: the step before such a one
leads there by onFailure too.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_returns import own_returns
from rulebook.automation import flow
from rulebook.automation.language import keys
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "failure-steps"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
  onFailure: step:TellFailure
  isEnd: true
- name: TellFailure
  action: aws:pause
  inputs: {}
"""
WRONG = RIGHT.replace("  isEnd: true\n", "")

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_FAILURE = {"abort", "error", "errors", "fail", "failed", "failure", "failures"}
_UNDOING = {"revert", "rollback", "undo"}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find steps that go on into a step for failures when they succeed."""
    if not flow.is_certain(document.node):
        return
    planned, failed = _named(document)
    raising = _raising(document)
    for sequence in flow.sequences(document.node):
        for before, step in pairwise(sequence):
            name = flow.name(step)
            if (
                not flow.goes_on(before)
                or name in planned
                or name not in failed
                or flow.name(before) in failed
            ):
                continue
            if name in raising or _words(before, name):
                problem = f"goes on to {name} when it succeeds, which is there for failures"
                yield before.finding(
                    f"{flow.name(before)} {problem}",
                    "write isEnd: true, or nextStep",
                    "error" if name in raising else "warning",
                )


def _words(before: Node, name: str) -> bool:
    either_way = before["onFailure"].text == f"{keys.JUMP}{name}"
    words = {word.lower() for word in _WORD.findall(name)}
    return bool(words & (_FAILURE if either_way else _FAILURE | _UNDOING))


def _named(document: AuthoredDocument) -> tuple[set[str], set[str]]:
    """Return the steps that a plan names, and those that a reaction to a failure names."""
    planned: set[str] = set()
    failed: set[str] = set()
    for step in document.steps():
        for node, name in flow.jumps(step):
            (failed if node.key in ("onFailure", "onCancel") else planned).add(name)
    return planned, failed


def _raising(document: AuthoredDocument) -> set[str]:
    """Return the steps whose handler can only raise."""
    return {
        flow.name(script.step) for script in document.scripts() if script.handler and _raises(script.handler)
    }


def _raises(handler: ast.FunctionDef) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and not any(own_returns(handler))
