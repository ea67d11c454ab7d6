"""`rulebook publish`: shows, asks, changes, and leaves nothing half done."""

import io
import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from moto.cloudformation.models import cloudformation_backends
from moto.s3.models import s3_backends

from rulebook.cli import main
from rulebook.publishing.plan import Plan
from rulebook.publishing.stack import DEAD_ENDS, Stack
from rulebook.publishing.template import FORMER_DESCRIPTION
from rulebook.sandbox import Sandbox

from .conftest import ROOT, Command, change_document, publish

DOCUMENTS = ["Rulebook-DeleteStaleAccessKeys", "Rulebook-ResetPasswordPolicy"]
STACKS = ["rulebook-DeleteStaleAccessKeys", "rulebook-ResetPasswordPolicy", "rulebook-evaluators"]
ROLES = ["rulebook-DeleteStaleAccessKeys", "rulebook-ResetPasswordPolicy", "rulebook-evaluators"]


pytestmark = pytest.mark.usefixtures("no_stacks_left")


@pytest.fixture
def rulebook(rulebook: Command, short: Path) -> Command:
    """The command line in the project with short documents, unless a test names another."""
    return partial(rulebook, root=short)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A person at a terminal who types what is written into it."""
    typed = io.StringIO()
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)
    return typed


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stdin is no terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))


def documents(account: Sandbox) -> dict[str, str]:
    """Return the account's documents with their default version, by name."""
    listed = account.client("ssm").list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])
    return {one["Name"]: one["DocumentVersion"] for one in listed["DocumentIdentifiers"]}


def roles(account: Sandbox) -> list[str]:
    return sorted(
        one["RoleName"] for one in account.client("iam").list_roles(PathPrefix="/rulebook/")["Roles"]
    )


def change_sets(account: Sandbox) -> list[str]:
    found = cloudformation_backends[account.account_id]["us-east-1"].change_sets
    return [one.change_set_name for one in found.values() if one.execution_status == "AVAILABLE"]


def stack_names(account: Sandbox) -> list[str]:
    found = account.client("cloudformation").describe_stacks()["Stacks"]
    return sorted(one["StackName"] for one in found)


def up_to_date(*names: str) -> str:
    return "".join(f"Stack rulebook-{one} is up to date; nothing was changed.\n" for one in names)


EVERYTHING = up_to_date("evaluators", "DeleteStaleAccessKeys", "ResetPasswordPolicy")


def test_it_publishes_documents_and_roles_under_stable_names(rulebook: Command, account: Sandbox) -> None:
    ended = rulebook("publish", "--yes", root=ROOT)
    assert (ended.code, sorted(documents(account)), roles(account)) == (0, DOCUMENTS, ROLES)
    assert "Would change in account 123456789012, us-east-1" in ended.out
    assert "rulebook-DeleteStaleAccessKeys  Add     AWS::SSM::Document  Document" in ended.out
    assert (stack_names(account), change_sets(account)) == (STACKS, [])


def test_again_there_is_nothing_to_change(rulebook: Command, account: Sandbox) -> None:
    rulebook("publish", "--yes", root=ROOT)
    ended = rulebook("publish", "--yes", root=ROOT)
    assert (ended.code, ended.out) == (0, EVERYTHING)
    assert change_sets(account) == []


def test_a_document_that_a_rule_names_and_that_is_not_there_is_not_left_out(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    (project / "ssm_docs" / "ResetPasswordPolicy" / "document.yaml").unlink()
    ended = rulebook("publish", "--yes", root=project)
    assert (ended.code, stack_names(account)) == (2, [])
    assert "ResetPasswordPolicy" in ended.last_line


def test_of_the_functions_role_alone_no_document_is_told(rulebook: Command) -> None:
    assert "Config console" not in rulebook("publish", "evaluators", "--yes").out


def test_an_updated_document_gets_a_new_default_version(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    publish(account, project)
    change_document(project, "ResetPasswordPolicy")
    ended = rulebook("publish", "--yes", root=project)
    assert ended.code == 0
    assert "rulebook-ResetPasswordPolicy  Modify  AWS::SSM::Document  Document" in ended.out
    assert up_to_date("DeleteStaleAccessKeys") in ended.out
    assert documents(account) == {DOCUMENTS[0]: "1", DOCUMENTS[1]: "2"}
    content = account.client("ssm").get_document(Name=DOCUMENTS[1])["Content"]
    assert json.loads(content)["description"].startswith("Changed. ")


def test_chosen_documents_join_those_that_are_published(rulebook: Command, account: Sandbox) -> None:
    rulebook("publish", "ResetPasswordPolicy", "--yes")
    assert (sorted(documents(account)), roles(account)) == (DOCUMENTS[1:], ROLES[1:2])
    ended = rulebook("publish", "DeleteStaleAccessKeys", "--yes")
    assert sorted(documents(account)) == DOCUMENTS
    assert "Remove" not in ended.out
    assert rulebook("publish", "evaluators", "--yes").code == 0
    assert rulebook("publish", "--yes").out == EVERYTHING


def test_a_template_that_is_too_large_goes_by_way_of_a_bucket(
    rulebook: Command, account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rulebook.publishing.template.LARGEST", 2000)
    ended = rulebook("publish", "--yes", root=ROOT)
    assert (ended.code, documents(account), stack_names(account), change_sets(account)) == (2, {}, [], [])
    assert ended.last_line.startswith("rulebook: stack rulebook-DeleteStaleAccessKeys: the template has ")
    assert "--s3-bucket BUCKET" in ended.last_line
    account.client("s3").create_bucket(Bucket="templates")
    ended = rulebook("publish", "--yes", "--s3-bucket", "templates", root=ROOT)
    assert (ended.code, sorted(documents(account))) == (0, DOCUMENTS)
    stored = account.client("s3").list_objects_v2(Bucket="templates")["Contents"]
    assert [one["Key"].startswith("rulebook/") for one in stored] == [True] * 3


def test_a_bucket_of_somebody_else_gets_nothing(rulebook: Command, account: Sandbox) -> None:
    """Whoever owns the bucket could change the template before CloudFormation reads it."""
    theirs = s3_backends["210987654321"]["aws"]
    theirs.create_bucket("lookalike", "us-east-1")
    ended = rulebook("publish", "evaluators", "--yes", "--s3-bucket", "lookalike")
    assert (ended.code, list(theirs.get_bucket("lookalike").keys)) == (2, [])
    assert ended.last_line.startswith(
        "rulebook: bucket lookalike: S3 refuses it (AccessDenied), so it is not"
    )
    assert (stack_names(account), change_sets(account)) == ([], [])


def test_a_bucket_that_is_not_there_is_named_with_its_option(rulebook: Command, account: Sandbox) -> None:
    ended = rulebook("publish", "evaluators", "--yes", "--s3-bucket", "no-such-bucket-here")
    assert ended.code == 2
    assert ended.last_line == (
        "rulebook: --s3-bucket no-such-bucket-here: there is no such bucket; "
        f"create it in account {account.account_id}, or name another"
    )
    assert (stack_names(account), change_sets(account)) == ([], [])


ANSWERS: list[Any] = [
    ("y\n", (), STACKS),
    ("n\n", (), []),
    ("YES\n", ("evaluators",), STACKS[2:]),
    ("\n", ("evaluators",), []),
    ("", ("evaluators",), []),
]


@pytest.mark.parametrize(("answer", "chosen", "published"), ANSWERS)
def test_it_asks_and_only_yes_means_yes(
    rulebook: Command,
    account: Sandbox,
    terminal: io.StringIO,
    answer: str,
    chosen: tuple[str, ...],
    published: list[str],
) -> None:
    terminal.write(answer)
    terminal.seek(0)
    ended = rulebook("publish", *chosen)
    assert (ended.code, stack_names(account), roles(account)) == (0, published, published)
    assert sorted(documents(account)) == (DOCUMENTS if published == STACKS else [])
    assert "Apply these changes? [y/N]" in ended.err
    assert ("Nothing was changed." in ended.out) == (not published)
    assert change_sets(account) == []


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize("arguments", [(), ("--delete",)])
def test_with_nobody_at_the_terminal_nothing_is_even_called(
    rulebook: Command, account: Sandbox, arguments: tuple[str, ...]
) -> None:
    account.calls.clear()
    ended = rulebook("publish", "evaluators", *arguments)
    says = "rulebook: nobody is at the terminal to agree, and nothing was changed; pass --yes\n"
    assert (ended.code, ended.out, ended.err, len(account.calls)) == (2, "", says, 0)


@pytest.mark.parametrize("arguments", [("--dry-run",), ("--template",)])
def test_a_dry_run_and_the_template_need_no_client_and_no_credentials(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a session was made")

    monkeypatch.setattr("boto3.Session.__init__", refuse)
    monkeypatch.setattr("botocore.session.Session.create_client", refuse)
    assert main(["--root", str(ROOT), "publish", *arguments]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in DOCUMENTS + ROLES)
    if arguments == ("--template",):
        assert sorted(json.loads(out)) == STACKS


def create_stack(account: Sandbox, name: str, template: str) -> None:
    account.client("cloudformation").create_stack(StackName=name, TemplateBody=template)


THEIRS = [
    '{"Description": "Theirs", "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}',
    "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n",
]


@pytest.mark.parametrize("template", THEIRS, ids=["JSON", "YAML"])
@pytest.mark.parametrize("arguments", [(), ("--delete",)])
def test_somebody_elses_stack_is_not_touched(
    rulebook: Command, account: Sandbox, template: str, arguments: tuple[str, ...]
) -> None:
    create_stack(account, STACKS[2], template)
    ended = rulebook("publish", "evaluators", "--yes", *arguments)
    says = (
        f"stack {STACKS[2]} exists and `rulebook publish` did not make it, or for another document; "
        "delete it, or rename the document"
    )
    assert (ended.code, ended.out, ended.last_line) == (2, "", f"rulebook: {says}")
    assert Stack(account.client("cloudformation"), STACKS[2]).status() == "CREATE_COMPLETE"
    assert (stack_names(account), change_sets(account)) == ([STACKS[2]], [])


def test_an_old_stack_with_all_documents_is_said_with_what_to_do(rulebook: Command, account: Sandbox) -> None:
    template = json.loads(THEIRS[0]) | {"Description": FORMER_DESCRIPTION}
    create_stack(account, "rulebook", json.dumps(template))
    ended = rulebook("publish", "evaluators", "--yes")
    assert (ended.code, ended.out, stack_names(account)) == (2, "", ["rulebook"])
    assert (
        "delete it (aws cloudformation delete-stack --stack-name rulebook), then publish" in ended.last_line
    )
    account.client("cloudformation").delete_stack(StackName="rulebook")
    create_stack(account, "rulebook", THEIRS[0])  # somebody else's of that name is none of ours
    assert rulebook("publish", "evaluators", "--yes").code == 0


def test_a_documents_name_that_is_taken_is_said_before_anything_is_made(
    rulebook: Command, account: Sandbox
) -> None:
    ssm = account.client("ssm")
    step = {"name": "Wait", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}
    content = json.dumps({"schemaVersion": "0.3", "mainSteps": [step]})
    ssm.create_document(Name=DOCUMENTS[0], Content=content, DocumentType="Automation")
    ended = rulebook("publish", "--yes")
    ssm.delete_document(Name=DOCUMENTS[0])
    assert (ended.code, ended.out) == (2, "")
    assert ended.last_line.startswith(
        f"rulebook: a document {DOCUMENTS[0]} exists that stack {STACKS[0]} did not make; delete"
    )
    assert (stack_names(account), roles(account)) == ([], [])


def test_a_roles_name_that_is_taken_is_said_before_anything_is_made(
    rulebook: Command, account: Sandbox
) -> None:
    """Roles are global: another region's stack may have made it."""
    rulebook("publish", "ResetPasswordPolicy", "--yes", environment={"AWS_DEFAULT_REGION": "eu-west-1"})
    ended = rulebook("publish", "evaluators", "ResetPasswordPolicy", "--yes")
    account.client("iam").delete_role_policy(RoleName=ROLES[1], PolicyName="rulebook")
    account.client("iam").delete_role(RoleName=ROLES[1])
    assert ended.last_line.startswith(
        f"rulebook: a role {ROLES[1]} exists that stack {STACKS[1]} did not make;"
    )
    assert (ended.code, stack_names(account)) == (2, [])


def seeded(account: Sandbox, short: Path) -> Any:
    """Publish, and return moto's own record of the stack without a document."""
    publish(account, short, "evaluators")
    [found] = cloudformation_backends[account.account_id]["us-east-1"].stacks.values()
    return found


def test_a_stack_in_a_failed_state_is_said_with_its_cure(
    rulebook: Command, account: Sandbox, short: Path
) -> None:
    stack = seeded(account, short)
    for status, cure in DEAD_ENDS.items():
        stack.status = status
        ended = rulebook("publish", "evaluators", "--yes")
        says = f"rulebook: stack {STACKS[2]} is {status}; {cure}"
        assert (ended.code, ended.out, ended.last_line) == (2, "", says)
    assert change_sets(account) == []


def test_a_stack_that_was_rolled_back_is_updated(rulebook: Command, account: Sandbox, short: Path) -> None:
    seeded(account, short).status = "UPDATE_ROLLBACK_COMPLETE"
    assert rulebook("publish", "evaluators", "--yes").out == up_to_date("evaluators")


@pytest.mark.parametrize("arguments", [(), ("--delete",)])
def test_a_stack_that_is_busy_is_left_alone(
    rulebook: Command, account: Sandbox, short: Path, arguments: tuple[str, ...]
) -> None:
    seeded(account, short).status = "UPDATE_IN_PROGRESS"
    ended = rulebook("publish", "evaluators", "--yes", *arguments)
    says = f"stack {STACKS[2]} is UPDATE_IN_PROGRESS; wait until that is done and repeat the command"
    assert (ended.code, ended.last_line) == (2, f"rulebook: {says}")
    assert roles(account) == ROLES[2:]


def test_delete_deletes_all_of_it(rulebook: Command, account: Sandbox, short: Path) -> None:
    publish(account, short)
    ended = rulebook("publish", "--delete", "--yes")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, f"Stack {STACKS[1]} is deleted.")
    assert (documents(account), roles(account), stack_names(account)) == ({}, [], [])


def test_delete_without_a_stack_says_so(rulebook: Command) -> None:
    ended = rulebook("publish", "ResetPasswordPolicy", "--delete", "--yes")
    says = "There is no stack rulebook-ResetPasswordPolicy; nothing was deleted.\n"
    assert (ended.code, ended.out) == (0, says)


@pytest.mark.parametrize("name", ["", "a/b", "F" * 56, "Evaluators"])
def test_a_name_that_no_document_can_have_deletes_nothing(
    rulebook: Command, account: Sandbox, name: str
) -> None:
    account.calls.clear()
    ended = rulebook("publish", name, "--delete", "--yes")
    assert (ended.code, ended.out, len(account.calls)) == (2, "", 0)
    assert ended.last_line.startswith(f"rulebook: no document can be called {name!r}: ")


def test_members_of_an_empty_name_are_not_the_whole_pack(rulebook: Command) -> None:
    """As a script passes it whose variable is not set."""
    ended = rulebook("conformance-pack", "--members", "")
    assert (ended.code, ended.out) == (2, "")


def test_a_stack_is_of_one_document_though_anothers_would_be_called_alike(
    rulebook: Command, account: Sandbox, short_copy: Path
) -> None:
    """Of another project, or written wrongly: `_` and `.` are `-` in the names of stacks."""
    folders = short_copy / "ssm_docs"
    shutil.move(folders / "ResetPasswordPolicy", folders / "Reset-Policy")
    (folders / "Reset-Policy" / "ResetPasswordPolicy.json").rename(
        folders / "Reset-Policy" / "Reset-Policy.json"
    )
    assert rulebook("publish", "Reset-Policy", "--yes", root=short_copy).code == 0
    says = (
        "stack rulebook-Reset-Policy exists and `rulebook publish` did not make it, or for another document"
    )
    assert says in rulebook("publish", "Reset_Policy", "--delete", "--yes", root=short_copy).last_line
    shutil.move(folders / "Reset-Policy", folders / "Reset.Policy")
    (folders / "Reset.Policy" / "Reset-Policy.json").rename(folders / "Reset.Policy" / "Reset.Policy.json")
    assert says in rulebook("publish", "Reset.Policy", "--yes", root=short_copy).last_line
    assert documents(account) == {"Rulebook-Reset-Policy": "1"}
    assert rulebook("publish", "Reset-Policy", "--delete", "--yes", root=short_copy).code == 0
    assert documents(account) == {}


def test_delete_asks(rulebook: Command, account: Sandbox, terminal: io.StringIO, short: Path) -> None:
    publish(account, short)
    terminal.write("n\n")
    terminal.seek(0)
    assert rulebook("publish", "--delete").out.splitlines()[-1] == "Nothing was deleted."
    assert sorted(documents(account)) == DOCUMENTS


def test_delete_of_one_document_leaves_the_others_and_needs_no_file_of_it(
    rulebook: Command, account: Sandbox, short_copy: Path
) -> None:
    publish(account, short_copy)
    shutil.rmtree(short_copy / "ssm_docs" / "ResetPasswordPolicy")
    assert rulebook("publish", "ResetPasswordPolicy", "--delete", "--yes", root=short_copy).code == 0
    assert (sorted(documents(account)), stack_names(account)) == (DOCUMENTS[:1], [STACKS[0], STACKS[2]])


def test_what_cannot_be_deleted_is_said_with_its_reason(
    rulebook: Command, account: Sandbox, short: Path
) -> None:
    """IAM deletes no role that has policies which CloudFormation did not attach."""
    publish(account, short, "ResetPasswordPolicy")
    iam, added = account.client("iam"), "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.attach_role_policy(RoleName=ROLES[1], PolicyArn=added)
    ended = rulebook("publish", "ResetPasswordPolicy", "--delete", "--yes")
    iam.detach_role_policy(RoleName=ROLES[1], PolicyArn=added)
    assert ended.code == 2
    assert ended.last_line.startswith(f"rulebook: stack {STACKS[1]} ended DELETE_FAILED: Role: ")
    ended = rulebook("publish", "ResetPasswordPolicy", "--yes")
    assert ended.last_line.startswith(f"rulebook: stack {STACKS[1]} is DELETE_FAILED")


def interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


INTERRUPTED: list[Any] = [
    pytest.param(
        Stack, "demand_complete", f"CloudFormation goes on with stack {STACKS[2]} by itself", id="applying"
    ),
    pytest.param(Plan, "look", "what was not applied is undone", id="planning"),
]


@pytest.mark.parametrize(("owner", "method", "says"), INTERRUPTED)
def test_ctrl_c_is_one_line_and_leaves_no_change_set(
    rulebook: Command, account: Sandbox, monkeypatch: pytest.MonkeyPatch, owner: type, method: str, says: str
) -> None:
    monkeypatch.setattr(owner, method, interrupt)
    ended = rulebook("publish", "--yes")
    monkeypatch.undo()
    assert ended.code == 130
    assert ended.last_line.startswith(f"rulebook: interrupted; {says}")
    assert change_sets(account) == []
    assert stack_names(account) == ([STACKS[2]] if owner is Stack else [])


def test_ctrl_c_at_the_question_changes_nothing(
    rulebook: Command, account: Sandbox, terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "readline", interrupt)
    ended = rulebook("publish")
    assert (ended.code, ended.last_line) == (
        130,
        "Apply these changes? [y/N] rulebook: interrupted; nothing was changed",
    )
    assert (stack_names(account), change_sets(account), roles(account)) == ([], [], [])


def test_ctrl_c_while_deleting_says_what_goes_on(
    rulebook: Command, account: Sandbox, monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    publish(account, short)
    monkeypatch.setattr(Stack, "_settled", interrupt)
    ended = rulebook("publish", "--delete", "--yes")
    assert (ended.code, stack_names(account)) == (130, STACKS[:2])
    assert f"CloudFormation goes on deleting stack {STACKS[2]} by itself if it had begun" in ended.last_line


def test_a_document_that_would_not_run_is_refused_before_anything_is_called(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    file = project / "ssm_docs" / "ResetPasswordPolicy" / "document.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("nextStep: VerifyPasswordPolicy", "nextStep: Nowhere"), encoding="utf-8")
    account.calls.clear()
    ended = rulebook("publish", "--yes", root=project)
    assert (ended.code, ended.out, len(account.calls)) == (2, "", 0)
    assert ended.last_line.startswith("rulebook: ssm_docs/ResetPasswordPolicy/document.yaml:119:5: ")
    assert "Nowhere" in ended.last_line


def test_a_name_that_cannot_be_is_said_before_anything_is_called(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    shutil.copytree(project / "ssm_docs" / "ResetPasswordPolicy", project / "ssm_docs" / "Evaluators")
    account.calls.clear()
    says = "it would have the role rulebook-Evaluators, as rulebook's own has; rename it"
    for command in ("publish", "conformance-pack"):
        ended = rulebook(command, *(["--yes"] if command == "publish" else []), root=project)
        assert (ended.code, ended.out, len(account.calls)) == (2, "", 0)
        assert says in ended.last_line
    assert says in rulebook("build", root=project).out
