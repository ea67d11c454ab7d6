"""A script step's outputs are what its handler returns.

An output that no path of the handler returns is always empty on the service. One that some paths do not
return is empty after those, and what reads it then is wrong: it gets the reference as text.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
import re
from collections.abc import Iterator, Sequence

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_returns import Returned, literal, returned
from rulebook.authoring.checks.script_ways import falls_off
from rulebook.automation import flow
from rulebook.automation.references import document_references, has_reference
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "returned-outputs"

RIGHT = """\
- name: Greet
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: greet
    Script: |
      def greet(events, context):
          return {"Greeting": "Hello"}
  outputs:
    - Name: Greeting
      Selector: $.Payload.Greeting
      Type: String
"""
WRONG = RIGHT.replace("$.Payload.Greeting", "$.Payload.Message")

_SELECTOR = re.compile(r"\$\.Payload((?:\.[A-Za-z0-9_]+)*)")
_UNMADE = re.compile(r"""["']\{\{""")
_WHOLE = "$"  # the whole answer, Payload and all


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find outputs that the handler does not always return, where that can be told."""
    read = _read(document)
    for script in document.scripts():
        if script.tree and script.handler:
            ways = returned(script.tree, script.handler)
            for output in script.step["outputs"]:
                name = f"{flow.name(script.step)}.{output['Name'].text}"
                is_read = any(one == name or one.startswith(f"{name}.") for one in read)
                yield from _output(output["Selector"], script.handler, ways, is_read=is_read)


def _read(document: AuthoredDocument) -> set[str]:
    """Return what steps read, but for scripts that know what a reference to an unmade output looks like."""
    wary = {
        script.inputs["InputPayload"].place for script in document.scripts() if _UNMADE.search(script.source)
    }
    return {
        reference.name
        for _, reference in document_references(document.node)
        if not wary.intersection(reference.node.place.upwards())
    }


def _output(
    selector: Node, handler: ast.FunctionDef, ways: list[Returned] | None, *, is_read: bool
) -> Iterator[Finding]:
    match = _SELECTOR.match(selector.text)
    if match is None:
        if selector.text and selector.text != _WHOLE and not has_reference(selector.value):
            cure = "begin it with $.Payload, which is what the handler returns"
            yield selector.finding(f"is {selector.text!r}", cure)
        return
    path = match[1].split(".")[1:]
    if not path or not ways:  # a handler that only raises gives nothing to select from
        return
    gives = [_has(way, path) for way in ways]
    key = ".".join(path)
    if not any(gives):
        problem = f"selects {key}, which {handler.name} never returns"
        yield selector.finding(problem, "return it", "error" if is_read else "warning")
    elif is_read and not all(gives):
        problem = f"selects {key}, which {handler.name} does not return in every case"
        yield selector.finding(problem, "return it", "warning")
    elif is_read and falls_off(handler):
        problem = f"selects {key}, and {handler.name} can end without a return"
        yield selector.finding(problem, "return it at the end too", "warning")


def _has(way: Returned, path: Sequence[str]) -> bool:
    """Tell whether a returned value can have what a path leads to: all that is not known can."""
    for key in path:
        if key not in way:
            return False
        inner = literal(way[key])
        if inner is None:
            return True
        way = inner
    return True
