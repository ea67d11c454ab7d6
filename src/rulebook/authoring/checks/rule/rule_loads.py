"""The rule can be loaded as Lambda loads it: its module by its name, in it a class of that name.

What it imports may come with a layer of Lambda and need not be here: that is a warning, since nobody can
tell here what the rule makes of its parameters.
"""

from collections.abc import Iterator
from dataclasses import replace

from rulebook.authoring.checks.configured import ConfiguredRule
from rulebook.finding import TOP, Finding

CODE = "rule-loads"


def find(configured: ConfiguredRule) -> Iterator[Finding]:
    """Find a rule that cannot be loaded here."""
    answer = configured.answer
    if answer.outcome == "import-missing":
        problem = f"cannot be asked about its parameters: {answer.message}"
        found = Finding(TOP, problem, "install it here too, or correct the import", "warning")
    elif answer.outcome == "not-loaded":
        cure = "mend it; folder, module and class share the rule's name"
        found = Finding(TOP, f"cannot be loaded: {answer.message}", cure)
    else:
        return
    yield replace(found, file=configured.code.file)
