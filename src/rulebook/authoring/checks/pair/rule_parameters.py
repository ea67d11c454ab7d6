"""The rule knows every parameter it is given: a misspelt one would fail each evaluation.

Best effort: a parameter is known if its name stands anywhere in the rule's folder. rdklib's own always are.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding

CODE = "rule-parameters"

RDKLIB = {"ExecutionRoleName", "ExecutionRoleRegion", "AssumeRoleMode"}


def find(pair: Pair) -> Iterator[Finding]:
    """Find parameters that the rule's code does not name."""
    for name in pair.rule.rule_parameters():
        if name not in pair.rule_names | RDKLIB:
            likely = get_close_matches(name, sorted(pair.rule_names | RDKLIB), n=1)
            yield pair.parameter(name).finding(
                f"is a parameter that {pair.rule.name} does not know",
                f"did you mean {likely[0]}" if likely else "name one that its docstring lists",
            )
