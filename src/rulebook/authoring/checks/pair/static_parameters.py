"""Every value that Config passes to the document is one that the document takes.

Config does not look: a name or value that the document refuses fails each remediation
(InvalidAutomationExecutionParametersException). Config passes strings; Boolean parameters are reported to
fail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rulebook.authoring.checks.document.parameter_defaults import refusal
from rulebook.authoring.checks.paired import Pair, document_name
from rulebook.finding import Finding
from rulebook.project.rdk_config.schema import nearest


def find(pair: Pair) -> Iterator[Finding]:
    """Find values for parameters that are not declared, set twice, or that their parameter refuses."""
    shared = pair.shared()
    for name, value in pair.rule.remediation.parameters.items():
        place = f"remediation.parameters.{name}"
        if name not in pair.document.parameters:
            yield pair.finding(
                place, f"is not declared by {pair.document.name}", nearest(name, pair.document.parameters)
            )
        elif name in shared and shared[name][1] != value:
            yield pair.finding(
                place,
                f"is {value!r}, but the rule's {shared[name][0]} is {shared[name][1]!r}",
                "remove it here",
            )
        else:
            yield from _refused(pair, place, name, value)
    for name, (own_name, value) in shared.items():
        yield from _refused(pair, f"parameters.{own_name}", name, value)
    yield from _twice(pair)


def _refused(pair: Pair, place: str, name: str, value: str) -> Iterator[Finding]:
    declared = pair.document.parameters[name]
    if declared["type"] != "String":
        yield pair.finding(
            place,
            f"goes to {name}, a {declared['type']} of {pair.document.name}",
            "declare it there as a String: Config passes strings",
        )
    elif problem := refusal(declared, value):
        yield pair.finding(place, problem, f"use what {name} of {pair.document.name} allows")


def _twice(pair: Pair) -> Iterator[Finding]:
    counted = Counter(document_name(name) for name in pair.rule.rule_parameters())
    for name, count in counted.items():
        if count > 1:
            yield pair.finding("parameters", f"set {name} {count} times, spelt differently", "keep one")
