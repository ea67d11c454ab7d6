"""Fixtures for the tests of a pair, in any project; pytest finds this module by itself.

A rule and its runbook, tried as a loop on an account on this machine::

    def test_the_loop_is_closed(embedded_account, rule, runbook):
        ann = embedded_account.add_user("ann", key_ages=[120, 5])
        keys = rule("ACCESS_KEYS_ROTATED_CUSTOM")
        assert keys.evaluate(embedded_account)[ann].compliance == "NON_COMPLIANT"
        assert runbook("DeleteStaleAccessKeys").run(embedded_account, IAMUserId=ann).status == "Success"
        assert keys.evaluate(embedded_account)[ann].compliance == "COMPLIANT"

Nothing of rulebook is imported before a test asks for a fixture.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rulebook.project import Project
    from rulebook.testing import EmbeddedAccount, Rule, Runbook


@pytest.fixture
def embedded_account() -> "Iterator[EmbeddedAccount]":
    """An empty account on this machine: ``add_user`` (ages in days), ``clock``, ``client``, ``session``."""
    with ExitStack() as running:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # moto's own, which are no business of the test
            from rulebook.errors import NotInstalled  # noqa: PLC0415 - paid by who uses it
            from rulebook.sandbox import Sandbox  # noqa: PLC0415 - the same
            from rulebook.testing import EmbeddedAccount  # noqa: PLC0415 - the same

            try:
                sandbox = running.enter_context(Sandbox.start())
            except NotInstalled as missing:
                pytest.fail(str(missing), pytrace=False)
        yield EmbeddedAccount(sandbox)


@pytest.fixture
def rulebook_project(request: pytest.FixtureRequest) -> "Project":
    """The project whose pairs are tested: the nearest above the test, else above pytest's rootdir."""
    from rulebook.errors import ConfigurationError  # noqa: PLC0415 - paid by who uses it
    from rulebook.project import find_project  # noqa: PLC0415 - the same

    try:
        return find_project(request.path.parent)
    except ConfigurationError:
        return find_project(request.config.rootpath)


@pytest.fixture
def rule(rulebook_project: "Project") -> "Callable[[str], Rule]":
    """A rule of the project by its name: ``rule(NAME)`` has ``load`` and ``evaluate``."""
    from rulebook.testing import Rule  # noqa: PLC0415 - paid by who uses it

    return lambda name: Rule(rulebook_project, name)


@pytest.fixture
def runbook(rulebook_project: "Project") -> "Callable[[str], Runbook]":
    """A runbook of the project by its document's name: ``runbook(NAME)`` has ``run`` and ``dry_run``."""
    from rulebook.testing import Runbook  # noqa: PLC0415 - paid by who uses it

    return lambda name: Runbook(rulebook_project, name)
