"""What a test of a pair works with: an embedded account, rules and runbooks by name.

The fixtures of ``rulebook.pytest_plugin`` hand it out; a test imports from here only `key`, for a key that is
more than an age.
"""

from rulebook.testing.account import EmbeddedAccount, key
from rulebook.testing.rule import Rule, Verdict
from rulebook.testing.runbook import ActedInDryRun, Runbook

__all__ = ["ActedInDryRun", "EmbeddedAccount", "Rule", "Runbook", "Verdict", "key"]
