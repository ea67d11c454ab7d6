"""Every value that Config passes to the document is one that the document takes.

Config does not look: a name or value that the document refuses fails each remediation
(InvalidAutomationExecutionParametersException). Config passes strings; Boolean parameters are reported to
fail.
"""

from collections import Counter
from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair
from rulebook.automation.parameters import refusals_of_value
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.project.names import parameter_of_document
from rulebook.wording import nearest

CODE = "static-parameters"


def find(pair: Pair) -> Iterator[Finding]:
    """Find values for parameters that are not declared, set twice, or that their parameter refuses."""
    shared = pair.shared()
    declared = pair.document.parameters
    for name, value in pair.rule.remediation.parameters.items():
        written = pair.entry["remediation"]["parameters"][name]
        if not declared[name].exists:
            problem = f"is not declared by {pair.document.name}"
            yield written.finding(problem, nearest(name, declared.names()))
        elif name in shared and shared[name][1] != value:
            yield written.finding(
                f"is {value!r}, but the rule's {shared[name][0]} is {shared[name][1]!r}", "remove it here"
            )
        else:
            yield from _refused(pair, written, name, value)
    for name, (own_name, value) in shared.items():
        yield from _refused(pair, pair.parameter(own_name), name, value)
    yield from _twice(pair)


def _refused(pair: Pair, written: Node, name: str, value: str) -> Iterator[Finding]:
    declared = pair.document.parameters[name]
    if declared["type"].value != "String":
        yield written.finding(
            f"goes to {name}, a {declared['type'].text} of {pair.document.name}",
            "declare it there as a String: Config passes strings",
        )
        return
    for refusal in refusals_of_value(declared.value, value):
        cure = f"use what {name} of {pair.document.name} allows"
        yield written.finding(f"is {value!r}, and {refusal}", cure)


def _twice(pair: Pair) -> Iterator[Finding]:
    counted = Counter(parameter_of_document(name) for name in pair.rule.rule_parameters())
    for name, count in counted.items():
        if count > 1:
            problem = f"set {name} {count} times, spelt differently"
            yield pair.entry["parameters"].finding(problem, "keep one")
