"""Rule and document go by the same values, defaults included.

A value that only one of them is given is held against the other's default: a runbook with a shorter limit
than its rule changes what the rule never found. Only the rule knows its defaults, so it is asked whether it
judges otherwise with the document's value (``rulebook.authoring.asking``).
"""

from collections.abc import Iterator

from rulebook.authoring.checks.paired import Pair, effective_values, rule_names
from rulebook.finding import Finding

CODE = "same-values"


def find(pair: Pair) -> Iterator[Finding]:
    """Find parameters in which the two differ, or may."""
    if pair.answer.outcome != "accepted":
        return  # told of elsewhere
    for name, value in effective_values(pair.rule, pair.document):
        found = [
            finding
            for own in rule_names(name)
            for finding in (
                _compared(pair, name, own, value) if pair.answer.comparable else _untold(pair, own)
            )
        ]
        yield from found[:1]  # a rule may take a name in any case


def _compared(pair: Pair, name: str, own: str, value: str) -> Iterator[Finding]:
    said = pair.answer.further[own]
    alone = name in pair.rule.remediation.parameters
    place = pair.entry["remediation"]["parameters"][name]
    cure = f"set {own} in the rule's parameters instead, which reach both"
    if said.kind == "differs" and alone:
        problem = f"is {value!r} for the runbook alone; {pair.rule.name} goes by another default of {own}"
        yield place.finding(problem, cure)
    elif said.kind == "differs":
        yield pair.entry["parameters"].finding(
            f"do not set {own}: {pair.document.name} then goes by {value!r}, {pair.rule.name} does not",
            f"set {own}, which reaches both",
        )
    elif (
        said.kind == "refused"
        and alone
        and own in pair.code.texts
        and value != pair.document.parameters[name]["default"].value
    ):
        problem = (
            f"is {value!r} for the runbook alone; {pair.rule.name} refuses that as {own}: {said.message}"
        )
        yield place.finding(problem, cure)


def _untold(pair: Pair, own: str) -> Iterator[Finding]:
    """Warn where a rule does not tell its defaults, if its code has a text that is the parameter's name."""
    if own in pair.code.texts:
        yield pair.entry["parameters"].finding(
            f"do not set {own}, and what {pair.rule.name} goes by then cannot be told: its "
            "evaluate_parameters returns nothing that can be compared",
            f"set {own}, so that {pair.document.name} has the same",
            "warning",
        )
