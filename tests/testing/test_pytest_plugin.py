"""The fixtures that a person's own tests have, used here as there."""

import inspect
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from rulebook import pytest_plugin
from rulebook.errors import ConfigurationError
from rulebook.operating.evaluation import EvaluationFailed
from rulebook.project import Project
from rulebook.testing import ActedInDryRun, EmbeddedAccount, Rule, Runbook, key
from shipped.pairs import ROOT, copy_shipped, shipped

KEYS, DELETE = "ACCESS_KEYS_ROTATED_CUSTOM", "DeleteStaleAccessKeys"


@pytest.fixture
def rulebook_project() -> Project:
    return shipped()


def test_the_loop_is_closed(embedded_account, rule, runbook):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201 - as in the docstring
    ann = embedded_account.add_user("ann", key_ages=[120, 5])
    keys = rule("ACCESS_KEYS_ROTATED_CUSTOM")
    assert keys.evaluate(embedded_account)[ann].compliance == "NON_COMPLIANT"
    assert runbook("DeleteStaleAccessKeys").run(embedded_account, IAMUserId=ann).status == "Success"
    assert keys.evaluate(embedded_account)[ann].compliance == "COMPLIANT"


def test_the_examples_are_the_test_above() -> None:
    body = inspect.getsource(test_the_loop_is_closed).partition("\n")[2]
    assert "\n".join(f"    {line}" for line in body.splitlines()) in str(pytest_plugin.__doc__)
    assert body in (ROOT / "docs" / "adding-a-pair.md").read_text(encoding="utf-8")


def test_a_dry_run_says_what_would_be_done_and_leaves_no_role_behind(
    embedded_account: EmbeddedAccount, runbook: Callable[[str], Runbook]
) -> None:
    embedded_account.add_user("ann", key_ages=[120, 5])
    iam = embedded_account.client("iam")
    before = iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]
    ended = runbook(DELETE).dry_run(embedded_account, IAMUserId="ann", MaxAccessKeyAge=100)
    assert ended.outputs["DeleteStaleAccessKeys.Outcome"] == "WouldDelete"
    assert iam.list_access_keys(UserName="ann")["AccessKeyMetadata"] == before
    runbook(DELETE).run(embedded_account, IAMUserId="ann")
    assert iam.list_roles()["Roles"] == []


def edited(folder: Path, file: str, old: str, new: str) -> Runbook:
    """Return the runbook of a copy of the project in which one thing is otherwise."""
    project = copy_shipped(folder)
    path = folder / "ssm_docs" / DELETE / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return Runbook(project, DELETE)


def test_a_document_that_acts_in_its_dry_run_is_told_of(
    embedded_account: EmbeddedAccount, tmp_path: Path
) -> None:
    embedded_account.add_user("ann", key_ages=[120])
    deaf = edited(tmp_path, "document.yaml", 'DryRun: "{{ DryRun }}"', 'DryRun: "false"')
    with pytest.raises(ActedInDryRun, match="wrote in its dry run: iam DeleteAccessKey"):
        deaf.dry_run(embedded_account, IAMUserId="ann")


def test_a_run_fails_where_the_permissions_fall_short(
    embedded_account: EmbeddedAccount, tmp_path: Path
) -> None:
    embedded_account.add_user("ann", key_ages=[120])
    weak = edited(tmp_path, "permissions.json", '  "iam:DeleteAccessKey",\n', "")
    ended = weak.run(embedded_account, IAMUserId="ann")
    assert ended.status == "Failed"
    assert "iam:DeleteAccessKey" in ended.failure_message


def test_a_script_of_a_document_without_a_role_has_no_credentials(
    embedded_account: EmbeddedAccount, tmp_path: Path
) -> None:
    roleless = edited(tmp_path, "document.yaml", 'assumeRole: "{{ AutomationAssumeRole }}"\n', "")
    ended = roleless.run(embedded_account, IAMUserId="ann")
    assert (ended.status, "credentials" in ended.failure_message) == ("Failed", True)


def test_time_passes_and_parameters_are_exactly_those_given(
    embedded_account: EmbeddedAccount, rule: Callable[[str], Rule]
) -> None:
    ann = embedded_account.add_user("ann", keys=[key(10, used=1), key(500, active=False)])
    keys = rule(KEYS)
    assert keys.evaluate(embedded_account, {"maxAccessKeyAge": 10})[ann].compliance == "NON_COMPLIANT"
    assert keys.evaluate(embedded_account)[ann] == ("COMPLIANT", keys.evaluate(embedded_account)[ann][1])
    embedded_account.clock.advance(81)
    assert "91 days" in keys.evaluate(embedded_account)[ann].annotation
    with pytest.raises(EvaluationFailed, match="maxAccessKeyAge"):
        keys.evaluate(embedded_account, {"maxAccessKeyAge": "old"})


def test_a_user_has_a_password_and_a_device_of_their_ages(embedded_account: EmbeddedAccount) -> None:
    embedded_account.add_user("ann", password_age=timedelta(days=500), password_used=3, mfa_age=20)
    iam = embedded_account.client("iam")
    user = iam.get_user(UserName="ann")["User"]
    [device] = iam.list_mfa_devices(UserName="ann")["MFADevices"]
    set_on = iam.get_login_profile(UserName="ann")["LoginProfile"]["CreateDate"]
    assert user["CreateDate"] <= set_on
    assert user["PasswordLastUsed"] - set_on == timedelta(days=497)
    assert device["EnableDate"] - set_on == timedelta(days=480)


def test_the_evaluator_is_loaded_in_this_process(tmp_path: Path) -> None:
    """The folders of this repository are on sys.path already, so that nothing of the copy stays behind."""
    evaluator = Rule(Project(ROOT), KEYS).load()
    assert evaluator.evaluate_parameters({}) == evaluator.evaluate_parameters({"maxAccessKeyAge": "90"})
    with pytest.raises(ConfigurationError, match="is loaded already; test one project at a time"):
        Rule(copy_shipped(tmp_path), KEYS).load()


@pytest.mark.parametrize("made", [Rule, Runbook])
def test_a_name_that_is_none_is_told_with_those_there_are(
    made: Callable[[Project, str], object], rulebook_project: Project
) -> None:
    with pytest.raises(ConfigurationError, match="TYPO; choose from"):
        made(rulebook_project, "TYPO")


def test_the_plugin_imports_nothing_of_rulebook_until_a_fixture_is_used() -> None:
    seen = "sorted(name for name in sys.modules if name.startswith(('rulebook', 'boto', 'moto', 'rich')))"
    code = f"import sys, rulebook.pytest_plugin; print({seen})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout.strip() == "['rulebook', 'rulebook.pytest_plugin']"
