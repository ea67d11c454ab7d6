"""A workspace whose rdk is forked; `rulebook demo`, and the loop among secrets, start theirs from nothing."""

from forked import forks
from rulebook.demo.rdk import run_rdk
from rulebook.demo.workspace import Workspace
from rulebook.sandbox.rdk_waits import shortened


class ForkedWorkspace(Workspace):
    """The same in all but that."""

    def rdk(self, *arguments: str) -> str:
        """Run unmodified rdk in the copy's ``rules/`` and return what it printed; its waits are shortened."""
        environment = self.account.environment() | shortened()
        return run_rdk(list(arguments), self.project.root / "rules", environment, forks("rdk") / "rdk")
