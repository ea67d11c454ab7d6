"""No two folders have a module of the same name: ``rdk test-local`` has all rules on one ``sys.path``.

The first of the two would serve both, and a test would pass on the other rule's code.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.proved import ProvedRule
from rulebook.finding import Finding

CODE = "module-names"


def find(rule: ProvedRule) -> Iterator[Finding]:
    """Find modules and tests of the rule whose names another folder has."""
    for file in (*rule.code.modules, *rule.tests):
        name = file.rpartition("/")[2].removesuffix(".py")
        if name in rule.elsewhere:
            yield rule.finding(
                f"has the name of a module in {rule.elsewhere[name]}", "name it after the rule", file=file
            )
