"""A workspace whose rdk is forked; `rulebook demo`, and the loop among secrets, start theirs from nothing."""

import subprocess

from forked import forks
from rulebook.demo.workspace import Workspace
from rulebook.sandbox.rdk_waits import shortened


class ForkedWorkspace(Workspace):
    """The same in all but that."""

    def rdk(self, *arguments: str) -> str:
        """Run unmodified rdk in the copy's ``rules/`` and return what it printed; its waits are shortened."""
        done = subprocess.run(  # noqa: S603 - the installed rdk
            [f"{forks('rdk')}/rdk", *arguments],
            cwd=self.project.root / "rules",
            env=self.account.environment() | shortened(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"  # noqa: S101 - a test's
        return done.stdout
