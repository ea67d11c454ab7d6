"""A document tells ``Outcome``, ``Message`` and ``Changes`` of the first script that changes something.

Each is an output of that step and of the document. ``Changes`` is a ``MapList`` with one flat map for each
thing changed, or that would be; `rulebook preview` and `rulebook history` show all three.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.proved import ProvedDocument
from rulebook.automation import flow
from rulebook.automation.language.actions import SCRIPT
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "told-outcome"

OUTPUTS = {"Outcome": "String", "Message": "String", "Changes": "MapList"}


def find(proved: ProvedDocument) -> Iterator[Finding]:
    """Find outputs that are not declared, of another type, or not handed on."""
    acting = [step for step in proved.acting if step["action"].value == SCRIPT]
    for step in acting[:1]:
        declared = {output["Name"].text: output for output in step["outputs"]}
        handed_on = [one.text for one in proved.document.node["outputs"]]
        for name, kind in OUTPUTS.items():
            yield from _found(step, name, kind, declared)
            if name in declared and f"{flow.name(step)}.{name}" not in handed_on:
                outputs = proved.document.node["outputs"]
                yield outputs.finding(f"do not have {flow.name(step)}.{name}", "add it")


def _found(step: Node, name: str, kind: str, declared: dict[str, Node]) -> Iterator[Finding]:
    if name not in declared:
        yield step["outputs"].finding(f"do not have {name}", f"return it, and declare it as a {kind}")
    elif declared[name]["Type"].text != kind:
        problem = f"is {declared[name]['Type'].text or 'a String'}"
        yield declared[name]["Type"].finding(problem, f"declare {name} as a {kind}")
