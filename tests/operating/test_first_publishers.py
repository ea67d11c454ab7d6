"""Two who publish the same for the first time: the slower one is not told to delete what the other made."""

from typing import Any

import pytest

from rulebook.cli.commands import publish
from rulebook.sandbox import Sandbox

from .conftest import Command
from .test_publish import stack_names

WHAT = "ResetPasswordPolicy"
pytestmark = pytest.mark.usefixtures("no_stacks_left")


@pytest.mark.parametrize("look", ["demand_free_document", "demand_free_role"])
def test_what_a_colleague_published_between_two_looks_is_the_stacks(
    rulebook: Command, account: Sandbox, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    its_look = getattr(publish, look)

    def look_after_a_colleague(*given: Any) -> None:
        monkeypatch.setattr(publish, look, its_look)
        assert rulebook("publish", WHAT, "--yes").code == 0
        its_look(*given)

    monkeypatch.setattr(publish, look, look_after_a_colleague)
    ended = rulebook("publish", WHAT, "--yes")
    assert (ended.code, ended.err.count("exists")) == (0, 0)
    assert ended.out == f"Stack rulebook-{WHAT} is up to date; nothing was changed.\n"
    assert stack_names(account) == [f"rulebook-{WHAT}"]
