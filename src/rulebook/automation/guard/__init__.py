"""The read-only guard: processes that can look at an account and cannot change it (docs/adr/0008).

A process behind it has no credentials. Its calls go to a door on the loopback interface of this process,
which reads each of them, refuses whatever is no read (``rulebook.iam.actions.only_reads``), and makes the
others itself.
"""

from rulebook.automation.guard.door import GuardedCaller, ReadOnlyGuard
from rulebook.automation.guard.refusals import Refusal

__all__ = ["GuardedCaller", "ReadOnlyGuard", "Refusal"]
