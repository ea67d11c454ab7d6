"""Both pairs, as shipped, deployed into an embedded account by unmodified rdk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from forked_workspace import ForkedWorkspace
from rulebook.demo.workspace import Workspace
from rulebook.sandbox import Sandbox
from shipped.pairs import shipped


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An empty embedded account."""
    with Sandbox.start() as account:
        yield account


@pytest.fixture(scope="module")
def workspace(account: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the project, not yet deployed; ``rdk init`` was run."""
    workspace = ForkedWorkspace(shipped(), account, tmp_path_factory.mktemp("project"))
    workspace.rdk("init")
    return workspace
