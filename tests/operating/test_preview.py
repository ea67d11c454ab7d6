"""`rulebook preview`: the number shown is the number that would be deleted, and nothing is."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rulebook.authoring.render import static_parameters
from rulebook.automation import run_document
from rulebook.operating.preview import AT_ONCE, NO_WRITE, Preview, PreviewFailed, preview
from rulebook.project import DocumentFolder, Project
from rulebook.project.rdk_config import load_config
from rulebook.sandbox import KeySeed, Sandbox

from .conftest import KEY_RULE, POLICY_RULE, ROOT, Command, configure, keys_of

ROLE = "arn:aws:iam::123456789012:role/any"


def key(age: int, status: str = "Active", used: int | None = None) -> KeySeed:
    last_used = None if used is None else timedelta(days=used)
    return KeySeed(timedelta(days=age), status, last_used)


@pytest.fixture(scope="module")
def users(account: Sandbox) -> dict[str, str]:
    """Users of every kind; their ids by name."""
    people: dict[str, tuple[list[KeySeed], dict[str, str]]] = {
        "both-stale": ([key(100, used=3), key(200)], {}),
        "exempt-by-tag": ([key(150)], {"rotation": "manual"}),
        "fresh": ([key(10)], {}),
        "mixed": ([key(300, "Inactive"), key(95)], {}),
        "svc-exempt": ([key(150)], {}),
        "unused": ([key(60)], {}),
    }
    account.set_password_policy(MinimumPasswordLength=8, RequireSymbols=True, AllowUsersToChangePassword=True)
    return {
        name: account.add_user(name, created=timedelta(days=400), keys=keys, tags=tags)
        for name, (keys, tags) in people.items()
    }


@pytest.fixture
def strict(project: Path) -> Path:
    """A project whose key rule checks disuse, and exempts by name and by tag."""
    limits = {"maxCredentialUsageAge": 45, "exemptUsers": "svc-*", "exemptTag": "rotation=manual"}
    configure(project, KEY_RULE, parameters=limits)
    return project


def test_what_is_shown_is_what_a_real_run_deletes(
    rulebook: Command, account: Sandbox, users: dict[str, str], strict: Path
) -> None:
    ended = rulebook("preview", KEY_RULE, "--json", root=strict)
    assert ended.code == 0
    shown = [change for one in ended.json["Previews"] for change in one["Changes"]]
    before = keys_of(account)
    settings = load_config(Project(strict)).rules[KEY_RULE]
    document = json.loads(Project(ROOT).documents()["DeleteStaleAccessKeys"].built.read_text("utf-8"))
    static = static_parameters(Project(strict), settings) | {"AutomationAssumeRole": ROLE, "DryRun": "false"}
    with ThreadPoolExecutor(len(users)) as pool:  # a run waits for IAM to show its changes
        given = [(document, static | {"IAMUserId": one}, account.exports()) for one in users.values()]
        assert {ended.status for ended in pool.map(run_document, *zip(*given, strict=True))} == {"Success"}
    gone = set(before) - set(keys_of(account))
    assert sorted(change["AccessKeyId"] for change in shown) == sorted(gone)
    assert len(shown) == len(gone) == 4


def test_an_exempt_user_named_by_hand_is_shown_as_exempt(
    rulebook: Command, users: dict[str, str], strict: Path
) -> None:
    ended = rulebook("preview", KEY_RULE, users["svc-exempt"], "exempt-by-tag", root=strict)
    lines = ended.out.splitlines()
    assert lines[0].startswith(f"{users['svc-exempt']}: Exempt: svc-exempt: ")
    assert lines[1].startswith("exempt-by-tag: Exempt: exempt-by-tag: ")
    assert lines[2] == "0 of 2 resources would be changed. Nothing was: it was a dry run."


def test_each_change_says_whose_key_how_old_and_when_used(rulebook: Command, account: Sandbox) -> None:
    used = account.add_user(
        "used", created=timedelta(days=400), keys=[key(120, used=3), key(99)], tags={"a": "b"}
    )
    [one] = rulebook("preview", KEY_RULE, used, "--json").json["Previews"]
    older, younger = (change["AccessKeyId"] for change in one["Changes"])
    assert one["ResourceId"] == used
    assert one["Outcome"] == "WouldDelete"
    assert set(keys_of(account)) >= {older, younger}
    [first, second] = one["Changes"]
    common = {"UserName": "used", "Action": "Delete"}
    day = (datetime.now(UTC) - timedelta(days=3)).date()
    last = {name: value for name, value in first.items() if name.startswith("LastUsed")}
    assert first == common | {"AccessKeyId": older, "AgeDays": 120} | last
    assert str(day) in last["LastUsed"]
    assert "s3" in " ".join(map(str, last.values()))
    assert second["AgeDays"] == 99
    assert second["LastUsed"] == "never"
    account.client("iam").delete_access_key(UserName="used", AccessKeyId=older)
    account.client("iam").delete_access_key(UserName="used", AccessKeyId=younger)


def test_the_table_ends_with_the_number_and_that_nothing_was_done(
    rulebook: Command, account: Sandbox
) -> None:
    user = account.add_user("shown", created=timedelta(days=400), keys=[key(120)])
    before = keys_of(account)
    account.calls.clear()
    ended = rulebook("preview", KEY_RULE, user, "AIDAAAAAAAAAAAAAAAAAA", user)
    lines = ended.out.splitlines()
    assert lines[0] == "DeleteStaleAccessKeys would change in account 123456789012"
    assert lines[2].split()[:3] == ["shown", *[one for one in before if one in ended.out], "120"]
    assert lines[-2].startswith("AIDAAAAAAAAAAAAAAAAAA: UserNotFound: ")
    assert lines[-1] == "1 of 2 resources would be changed, 1 change in all. Nothing was: it was a dry run."
    says = (
        "AIDAAAAAAAAAAAAAAAAAA: not in account 123456789012; correct what was named, or use another profile"
    )
    assert (ended.code, ended.last_line) == (1, says)
    assert keys_of(account) == before
    written = [one.operation for one in account.calls if one.operation.startswith(("Delete", "Update"))]
    assert written == []


@pytest.mark.usefixtures("users")
def test_the_password_policys_changes_are_shown_and_not_made(rulebook: Command, account: Sandbox) -> None:
    iam = account.client("iam")
    before = iam.get_account_password_policy()["PasswordPolicy"]
    ended = rulebook("preview", POLICY_RULE, "--json")
    [one] = ended.json["Previews"]
    assert (one["ResourceId"], one["Outcome"]) == (account.account_id, "WouldReset")
    for setting in ("RequireNumbers", "MinimumPasswordLength", "PasswordReusePrevention"):
        assert setting in one["Message"]
    last = rulebook("preview", POLICY_RULE).out.splitlines()[-1]
    assert last.startswith("1 of 1 resource would be changed")
    assert iam.get_account_password_policy()["PasswordPolicy"] == before


def test_the_settings_file_cannot_switch_the_dry_run_off(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    account.add_user("safe", created=timedelta(days=400), keys=[key(120)])
    configure(project, KEY_RULE, remediation={"parameters": {"Action": "Delete", "DryRun": "false"}})
    before = keys_of(account)
    [one] = rulebook("preview", KEY_RULE, "safe", "--json", root=project).json["Previews"]
    assert one["Outcome"] == "WouldDelete"
    assert keys_of(account) == before


BAD: list[Any] = [
    pytest.param(
        (KEY_RULE, "no such id!"),
        'IAMUserId = "no such id!": must match ^[A-Za-z0-9_+=,.@-]{1,128}$',
        id="junk",
    ),
    pytest.param(
        (POLICY_RULE, "999999999999"), "999999999999: the dry run ended Failed: ", id="other account"
    ),
    pytest.param(
        ("NO_RULE",), f"rules/: there is no rule NO_RULE; choose from {KEY_RULE}, {POLICY_RULE}", id="no rule"
    ),
]


@pytest.mark.parametrize(("arguments", "says"), BAD)
def test_a_bad_argument_is_one_line(rulebook: Command, arguments: tuple[str, ...], says: str) -> None:
    ended = rulebook("preview", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.last_line.startswith(f"rulebook: {says}")


def test_a_document_that_was_not_built_says_so(rulebook: Command, project: Path) -> None:
    (project / "ssm_docs" / "ResetPasswordPolicy" / "ResetPasswordPolicy.json").unlink()
    ended = rulebook("preview", POLICY_RULE, "123456789012", root=project)
    says = "ssm_docs/ResetPasswordPolicy/ResetPasswordPolicy.json: is missing or broken; run `rulebook build`"
    assert (ended.code, ended.last_line) == (2, f"rulebook: {says}")


SCRIPT = """
import os, time
def act(events, context):
    import boto3
    if events["Id"] == "reads":
        return {"Outcome": "NothingToDo", "Message": boto3.client("sts").get_caller_identity()["Account"]}
    if events["Id"] == "slow":
        time.sleep(60)
    if events["Id"] == "bad":
        raise ValueError("cannot")
    return {"Outcome": "NothingToDo" + events.get("DryRun", ""), "Message": os.environ["AWS_ACCESS_KEY_ID"]}
"""


@pytest.fixture
def document(tmp_path: Path) -> Callable[..., DocumentFolder]:
    """Make a small document that tells what it was given."""

    def make(*, dry_run: bool = True) -> DocumentFolder:
        parameters = {"Id": {"type": "String"}} | ({"DryRun": {"type": "String"}} if dry_run else {})
        step = {
            "name": "Act",
            "action": "aws:executeScript",
            "inputs": {
                "Runtime": "python3.11",
                "Handler": "act",
                "Script": SCRIPT,
                "InputPayload": {name: f"{{{{ {name} }}}}" for name in parameters},
            },
            "outputs": [
                {"Name": name, "Selector": f"$.Payload.{name}", "Type": "String"}
                for name in ("Outcome", "Message")
            ],
        }
        content = {
            "schemaVersion": "0.3",
            "parameters": parameters,
            "mainSteps": [step],
            "outputs": ["Act.Outcome", "Act.Message"],
        }
        folder = DocumentFolder("Tell", tmp_path)
        folder.built.write_text(json.dumps(content), encoding="utf-8")
        return folder

    return make


def test_resources_come_in_their_order_and_none_with_credentials(
    document: Callable[..., DocumentFolder], account: Sandbox
) -> None:
    resources = [f"r{n}" for n in range(3 * AT_ONCE)]
    done: list[int] = []
    found = preview(document(), {"DryRun": "false"}, "Id", resources, account.session(), done.append)
    assert [(one.resource_id, one.outcome) for one in found] == [
        (one, "NothingToDotrue") for one in resources
    ]
    keys = {one.message for one in found}
    assert len(keys) == len(resources)
    assert all(re.fullmatch("READONLY[0-9A-F]{32}", key) for key in keys)
    assert done == list(range(1, len(resources) + 1))


def test_one_that_fails_fails_them_all_and_ends_the_others(
    document: Callable[..., DocumentFolder], account: Sandbox
) -> None:
    started = datetime.now(UTC)
    with pytest.raises(PreviewFailed, match=r"^bad: the dry run ended Failed: Step Act: ValueError: cannot"):
        preview(document(), {}, "Id", ["bad", "slow", "slow"], account.session())
    assert datetime.now(UTC) - started < timedelta(seconds=30)


def test_ctrl_c_ends_the_dry_runs_under_way(
    document: Callable[..., DocumentFolder], account: Sandbox
) -> None:
    def interrupt(_done: int) -> None:
        raise KeyboardInterrupt

    started = datetime.now(UTC)
    with pytest.raises(KeyboardInterrupt):
        preview(document(), {}, "Id", ["r1", "slow", "slow"], account.session(), interrupt)
    assert datetime.now(UTC) - started < timedelta(seconds=30)


def test_a_document_that_reads_reads_the_account_of_the_session(
    document: Callable[..., DocumentFolder], account: Sandbox
) -> None:
    [found] = preview(document(), {}, "Id", ["reads"], account.session())
    assert found == Preview("reads", "NothingToDo", account.account_id, ())


def test_a_document_without_a_dry_run_runs_until_its_first_write(
    document: Callable[..., DocumentFolder], account: Sandbox
) -> None:
    [found] = preview(document(dry_run=False), {}, "Id", ["r1"], account.session())
    assert (found.outcome, found.wrong, found.acts) == ("NothingToDo", "", False)
    assert NO_WRITE == "NoWrite"


ACTING = """
import boto3
def act(events, context):
    iam = boto3.client("iam")
    try:
        iam.delete_access_key(UserName=events["IAMUserId"], AccessKeyId="AKIA00000000EXAMPLE1")
    except Exception:
        if events.get("Swallow"):
            return {"Outcome": events["Swallow"], "Message": "well", "Changes": []}
        raise
    return {"Outcome": "Deleted", "Message": "gone", "Changes": []}
def look(events, context):
    return {"Outcome": events["Say"], "Message": "looked", "Changes": events["Changes"]}
"""


def replace_document(project: Path, handler: str, *, dry_run: bool, **payload: Any) -> None:
    """Replace the key rule's built document by one of a single step."""
    file = project / "ssm_docs" / "DeleteStaleAccessKeys" / "DeleteStaleAccessKeys.json"
    built = json.loads(file.read_text(encoding="utf-8"))
    if not dry_run:
        del built["parameters"]["DryRun"]
    step = built["mainSteps"][0]
    step.pop("nextStep")
    step["inputs"] |= {
        "Script": ACTING,
        "Handler": handler,
        "InputPayload": {"IAMUserId": "{{ IAMUserId }}", **payload},
    }
    step["outputs"] = [
        {"Name": name, "Selector": f"$.Payload.{name}", "Type": kind}
        for name, kind in (("Outcome", "String"), ("Message", "String"), ("Changes", "MapList"))
    ]
    built["mainSteps"] = [step | {"isEnd": True}]
    built["outputs"] = [f"{step['name']}.{name}" for name in ("Outcome", "Message", "Changes")]
    file.write_text(json.dumps(built), encoding="utf-8")


@pytest.mark.parametrize("swallow", ["", "WouldDelete", "NothingToDo"])
def test_a_document_that_ignores_its_dry_run_is_told_and_changes_nothing(
    rulebook: Command, account: Sandbox, project: Path, swallow: str
) -> None:
    account.add_user(f"ignored{swallow}", created=timedelta(days=400), keys=[key(120)])
    replace_document(project, "act", dry_run=True, Swallow=swallow)
    before = keys_of(account)
    account.calls.clear()
    ended = rulebook("preview", KEY_RULE, f"ignored{swallow}", root=project)
    call = f"iam DeleteAccessKey (UserName=ignored{swallow}, AccessKeyId=AKIA00000000EXAMPLE1)"
    said = f"step DeleteStaleAccessKeys called {call}; it was refused: AWS classes it as Write. "
    assert ended.code == 1
    assert f"{said}The document ignores its dry run." in ended.out
    assert ended.out.splitlines()[-1].startswith("1 of 1 resource would be changed, 1 change in all. ")
    assert keys_of(account) == before
    assert {call.operation for call in account.calls} <= {"GetCallerIdentity"} | READS


READS = {"ListUsers", "ListAccessKeys", "GetUser"}


def test_a_document_without_a_dry_run_shows_the_first_write(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    account.add_user("undry", created=timedelta(days=400), keys=[key(120)])
    replace_document(project, "act", dry_run=False)
    before = keys_of(account)
    ended = rulebook("preview", KEY_RULE, "undry", "--json", root=project)
    [one] = ended.json["Previews"]
    assert (ended.code, one["Outcome"], "Wrong" in one) == (0, "WouldCall", False)
    [change] = one["Changes"]
    assert {name: change[name] for name in ("Call", "UserName", "AccessKeyId")} == {
        "Call": "iam DeleteAccessKey",
        "UserName": "undry",
        "AccessKeyId": "AKIA00000000EXAMPLE1",
    }
    assert keys_of(account) == before
    shown = rulebook("preview", KEY_RULE, "undry", root=project)
    assert shown.out.splitlines()[-1] == (
        "1 of 1 resource would be changed, 1 change in all. Nothing was: of each only the first was asked "
        "for, and it was refused."
    )


@pytest.mark.parametrize("outcome", ["Deleted", "Deactivated", "Success", "", "done"])
def test_an_outcome_that_is_none_of_a_dry_run_is_found_wrong(
    rulebook: Command, project: Path, outcome: str
) -> None:
    replace_document(project, "look", dry_run=True, Say=outcome, Changes=[])
    ended = rulebook("preview", KEY_RULE, "any", root=project)
    assert (ended.code, "outcome of a dry run" in ended.out or "no output Outcome" in ended.out) == (1, True)


def test_what_is_shown_is_what_is_counted(rulebook: Command, project: Path) -> None:
    changes = [{"AccessKeyId": "AKIA1"}, {"AccessKeyId": "AKIA2"}]
    replace_document(project, "look", dry_run=True, Say="NothingToDo", Changes=changes)
    lines = rulebook("preview", KEY_RULE, "any", root=project).out.splitlines()
    assert [line.strip() for line in lines if "AKIA" in line] == ["AKIA1", "AKIA2"]
    assert lines[-1].startswith("1 of 1 resource would be changed, 2 changes in all. ")


def test_progress_is_told_every_ten_resources(capsys: pytest.CaptureFixture[str]) -> None:
    from rulebook.cli.commands.preview import _say_how_far  # noqa: PLC0415 - private to the command

    for of in (3, 25):
        for done in range(1, of + 1):
            _say_how_far(done, of)
    assert capsys.readouterr().err == "  10 of 25\n  20 of 25\n  25 of 25\n"
