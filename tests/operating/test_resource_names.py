"""Names for the page: users are found by id, over every page, and nothing is called without a user."""

from datetime import timedelta
from pathlib import Path

from rulebook.operating.evaluation import RuleEvaluation
from rulebook.operating.resource_names import resource_names
from rulebook.sandbox import Sandbox

from .conftest import KEY_RULE, Command


def test_users_are_named_and_accounts_are_not(account: Sandbox) -> None:
    ids = {account.add_user(f"user-{n}", created=timedelta(days=9), keys=[]): f"user-{n}" for n in range(120)}
    judged = [RuleEvaluation("R", "AWS::IAM::User", one, "COMPLIANT", "") for one in [*ids, "AIDAGONE"]]
    session = account._session
    assert resource_names(session, judged) == ids
    account.calls.clear()
    alone = [RuleEvaluation("R", "AWS::::Account", "123456789012", "COMPLIANT", "")]
    assert resource_names(session, alone) == {}
    assert list(account.calls) == []


def test_the_page_of_evaluate_has_them(rulebook: Command, account: Sandbox, tmp_path: Path) -> None:
    account.add_user("somebody", created=timedelta(days=9), keys=[])
    page = tmp_path / "page.html"
    assert rulebook("evaluate", KEY_RULE, "--html", str(page)).code == 0
    assert '<td class="name">somebody</td>' in page.read_text(encoding="utf-8")
