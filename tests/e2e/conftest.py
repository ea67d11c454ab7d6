"""Both pairs, copied from the project as it is, deployed into an embedded account by unmodified rdk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rulebook.demo.workspace import Workspace
from rulebook.project import find_project
from rulebook.sandbox import Sandbox

PROJECT = find_project(Path(__file__).parent)


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An empty embedded account."""
    with Sandbox.start() as account:
        yield account


@pytest.fixture(scope="module")
def workspace(account: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the project, not yet deployed; ``rdk init`` was run."""
    workspace = Workspace(PROJECT, account, tmp_path_factory.mktemp("project"))
    workspace.rdk("init")
    return workspace
