"""The rule takes the values of its entry: asked of its own ``evaluate_parameters``, as each run asks it.

A value that it refuses fails every evaluation, and nothing is judged any more.
"""

import re
from collections.abc import Iterator

from rulebook.authoring.checks.configured import ConfiguredRule
from rulebook.finding import Finding

CODE = "parameters-accepted"

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def find(configured: ConfiguredRule) -> Iterator[Finding]:
    """Find values that the rule refuses, and a rule that breaks on them."""
    answer, rule = configured.answer, configured.rule.name
    if answer.outcome == "refused":
        name = _named(answer.message, list(configured.rule.rule_parameters()))
        if name is None:
            problem, cure = f"are refused by {rule}: {answer.message}", "use what it allows"
            yield configured.entry["parameters"].finding(problem, cure)
        elif name in configured.code.names:  # else rule_parameters.py tells of it
            value = configured.rule.rule_parameters()[name]
            problem = f"is {value!r}, which {rule} refuses: {answer.message}"
            yield configured.parameter(name).finding(problem, "use what it allows")
    elif answer.outcome == "failed":
        yield configured.entry["parameters"].finding(
            f"are more than {rule} can take: its evaluate_parameters {answer.message}",
            "mend the rule, which may raise nothing but InvalidParametersError there",
        )


def _named(message: str, names: list[str]) -> str | None:
    """Return the parameter that a message speaks of first."""
    spoken = [word for word in _WORD.findall(message) if word in names]
    return spoken[0] if spoken else None
