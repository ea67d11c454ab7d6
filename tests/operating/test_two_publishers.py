"""`rulebook publish` beside a colleague who publishes, drafts, rolls back or widens at the same time."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from moto.cloudformation.models import cloudformation_backends

from rulebook.project import Project
from rulebook.project.rdk_config import load_config
from rulebook.publishing import drift
from rulebook.publishing.plan import Plan, plan
from rulebook.publishing.published import Publication, publications
from rulebook.publishing.stack import Stack
from rulebook.publishing.template import body
from rulebook.sandbox import Sandbox

from .conftest import Command, change_document, configure, publish

WHAT = "ResetPasswordPolicy"
STACK, DOCUMENT, ROLE = f"rulebook-{WHAT}", f"Rulebook-{WHAT}", f"rulebook-{WHAT}"
REVIEW = "REVIEW_IN_PROGRESS"
TRUST = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}'


pytestmark = pytest.mark.usefixtures("no_stacks_left")


@pytest.fixture
def rulebook(rulebook: Command, short: Path) -> Command:
    """The command line in the project with short documents, unless a test names another."""
    return partial(rulebook, root=short)


@pytest.fixture(scope="module")
def publication(short: Path) -> Publication:
    project = Project(short)
    [found] = publications(project, load_config(project), [WHAT])
    return found


class Terminal(io.StringIO):
    """A person who answers after a colleague has done something."""

    def __init__(self, answer: str, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._answer, self._meanwhile = answer, meanwhile

    def isatty(self) -> bool:
        """It is one."""
        return True

    def readline(self, _: Any = -1, /) -> str:  # type: ignore[override]  # as StringIO has it
        """Answer."""
        self._meanwhile()
        if self._answer == "^C":
            raise KeyboardInterrupt
        return self._answer


def colleague(account: Sandbox, publication: Publication) -> Plan:
    """Return the plan that a colleague has before him."""
    found = plan(
        Stack(account.client("cloudformation"), STACK),
        publication.template["Description"],
        body=body(publication.template),
    )
    assert found is not None
    return found


def status(account: Sandbox) -> str | None:
    return Stack(account.client("cloudformation"), STACK).status()


def change_sets(account: Sandbox) -> int:
    found = cloudformation_backends[account.account_id]["us-east-1"].change_sets
    return sum(one.execution_status == "AVAILABLE" for one in found.values())


def kept(account: Sandbox) -> list[str]:
    """Return how far each change set is that is there."""
    found = cloudformation_backends[account.account_id]["us-east-1"].change_sets
    return sorted(one.execution_status for one in found.values())


def versions(account: Sandbox, document: str = DOCUMENT) -> tuple[str, str]:
    """Return a document's default and latest version."""
    found = account.client("ssm").describe_document(Name=document)["Document"]
    return found["DefaultVersion"], found["LatestVersion"]


@pytest.mark.parametrize("answer", ["n\n", "^C"])
def test_no_does_not_delete_what_a_colleague_has_finished_meanwhile(
    rulebook: Command,
    account: Sandbox,
    publication: Publication,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
) -> None:
    """Both plans are in one stack under review, which this run made and the colleague creates."""
    meanwhile = Terminal(answer, lambda: colleague(account, publication).apply())
    monkeypatch.setattr("sys.stdin", meanwhile)
    ended = rulebook("publish", WHAT)
    assert ended.code == (130 if answer == "^C" else 0)
    assert (status(account), versions(account), change_sets(account)) == ("CREATE_COMPLETE", ("1", "1"), 0)


def test_no_leaves_a_colleagues_plan_in_the_stack_under_review(
    rulebook: Command, account: Sandbox, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs: list[Plan] = []
    terminal = Terminal("n\n", lambda: theirs.append(colleague(account, publication)))
    monkeypatch.setattr("sys.stdin", terminal)
    assert rulebook("publish", WHAT).out.endswith("Nothing was changed.\n")
    assert (status(account), change_sets(account)) == (REVIEW, 1)
    theirs[0].apply()
    assert status(account) == "CREATE_COMPLETE"


VOID = (
    f"rulebook: stack {STACK}: somebody changed it after this plan was made, so the plan was not carried "
    "out; run the command again to see what is left to change"
)


def test_yes_to_a_plan_that_a_colleague_made_obsolete_is_said_and_executes_nothing(
    rulebook: Command, account: Sandbox, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both plan to create the stack."""
    terminal = Terminal("y\n", lambda: colleague(account, publication).apply())
    monkeypatch.setattr("sys.stdin", terminal)
    ended = rulebook("publish", WHAT)
    assert (ended.code, status(account), kept(account)) == (2, "CREATE_COMPLETE", ["EXECUTE_COMPLETE"])
    assert ended.last_line == VOID
    assert "up to date" in rulebook("publish", WHAT, "--yes").out


@pytest.mark.parametrize("gone", [False, True], ids=["kept as obsolete", "deleted with the colleague's"])
def test_an_update_that_a_colleague_made_obsolete_is_said_and_executes_nothing(
    rulebook: Command,
    account: Sandbox,
    publication: Publication,
    short_copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    gone: bool,
) -> None:
    """ExecuteChangeSet is documented to delete the stack's other change sets; recordings keep them."""
    colleague(account, publication).apply()
    theirs = deepcopy(publication.template)
    theirs["Resources"]["Document"]["Properties"]["Content"]["description"] = "Theirs."

    def meanwhile() -> None:
        colleague(account, Publication(WHAT, theirs)).apply()
        backend = cloudformation_backends[account.account_id]["us-east-1"]
        void = [one for one in backend.change_sets.values() if one.execution_status == "OBSOLETE"]
        for one in void if gone else []:
            backend.delete_change_set(one.change_set_id)

    change_document(short_copy, WHAT)
    monkeypatch.setattr("sys.stdin", Terminal("y\n", meanwhile))
    ended = rulebook("publish", WHAT, root=short_copy)
    assert (ended.code, ended.last_line) == (2, VOID)
    assert (status(account), versions(account)) == ("UPDATE_COMPLETE", ("2", "2"))
    assert kept(account) == ["EXECUTE_COMPLETE"] * 2
    content = account.client("ssm").get_document(Name=DOCUMENT)["Content"]
    assert json.loads(content)["description"] == "Theirs."


def test_the_later_of_two_who_publish_for_the_first_time_is_told_to_run_it_again(
    rulebook: Command, account: Sandbox, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague is ready after this run has seen that there is no stack, and before it plans one."""
    usable = Stack.demand_usable

    def late(stack: Stack) -> str | None:
        seen = usable(stack)
        monkeypatch.setattr(Stack, "demand_usable", usable)
        colleague(account, publication).apply()
        return seen

    monkeypatch.setattr(Stack, "demand_usable", late)
    ended = rulebook("publish", WHAT, "--yes")
    assert (ended.code, status(account), change_sets(account)) == (2, "CREATE_COMPLETE", 0)
    assert (
        ended.last_line == f"rulebook: stack {STACK}: somebody published it meanwhile; run the command again"
    )
    assert "up to date" in rulebook("publish", WHAT, "--yes").out


def test_a_stack_under_review_that_nobody_wants_any_more_can_be_used(
    rulebook: Command, account: Sandbox, publication: Publication
) -> None:
    first, second = colleague(account, publication), colleague(account, publication)
    first.discard()
    second.discard()  # which did not make the stack
    assert status(account) == REVIEW
    assert rulebook("publish", WHAT, "--delete", "--yes").out.startswith("There is no stack")
    assert status(account) == REVIEW
    assert rulebook("publish", WHAT, "--yes").code == 0
    assert status(account) == "CREATE_COMPLETE"


@pytest.mark.parametrize("options", [(), ("--delete",)])
def test_somebody_elses_stack_under_review_is_not_touched(
    rulebook: Command, account: Sandbox, publication: Publication, options: tuple[str, ...]
) -> None:
    theirs = plan(Stack(account.client("cloudformation"), STACK), "Theirs", body=body(publication.template))
    ended = rulebook("publish", WHAT, "--yes", *options)
    assert (ended.code, status(account), change_sets(account)) == (2, REVIEW, 1)
    assert f"stack {STACK} exists and `rulebook publish` did not make it" in ended.last_line
    assert theirs is not None


def test_a_plan_of_ours_under_review_is_deleted_with_a_word_about_it(
    rulebook: Command, account: Sandbox, publication: Publication
) -> None:
    colleague(account, publication)
    ended = rulebook("publish", WHAT, "--delete", "--yes")
    assert (ended.code, status(account)) == (0, None)
    assert "a plan not yet agreed to" in ended.out


@pytest.mark.parametrize("what", ["another of its name", "changed", "a plan that was executed"])
def test_what_was_not_shown_is_not_deleted(
    rulebook: Command,
    account: Sandbox,
    publication: Publication,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    """Somebody is quicker between the question and the answer."""
    client = account.client("cloudformation")
    plan_of_theirs = colleague(account, publication)
    if what != "a plan that was executed":
        plan_of_theirs.apply()

    def meanwhile() -> None:
        template = deepcopy(publication.template)
        if what == "a plan that was executed":
            plan_of_theirs.apply()
        elif what == "changed":
            template["Outputs"] = {"Theirs": {"Value": "1"}}
            client.update_stack(
                StackName=STACK, TemplateBody=body(template), Capabilities=["CAPABILITY_NAMED_IAM"]
            )
        else:
            client.delete_stack(StackName=STACK)
            client.create_stack(
                StackName=STACK, TemplateBody=body(template), Capabilities=["CAPABILITY_NAMED_IAM"]
            )

    monkeypatch.setattr("sys.stdin", Terminal("y\n", meanwhile))
    ended = rulebook("publish", WHAT, "--delete")
    assert (ended.code, "was changed after it was shown, so it was not deleted" in ended.last_line) == (
        2,
        True,
    )
    assert status(account) in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def test_a_plan_that_fails_halfway_discards_the_others(
    rulebook: Command, account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role appears between the question and the answer, under the name that the first stack is to make."""

    def take() -> None:
        account.client("iam").create_role(RoleName="rulebook-evaluators", AssumeRolePolicyDocument=TRUST)

    monkeypatch.setattr("sys.stdin", Terminal("y\n", take))
    ended = rulebook("publish")
    account.client("iam").delete_role(RoleName="rulebook-evaluators")
    assert (ended.code, status(account), change_sets(account)) == (2, None, 0)
    assert "rulebook-evaluators" in ended.last_line


def draft(account: Sandbox, text: str = "a draft") -> None:
    """Let a colleague make a version that nobody has agreed to."""
    ssm = account.client("ssm")
    content = json.loads(ssm.get_document(Name=DOCUMENT)["Content"]) | {"description": text}
    ssm.update_document(Name=DOCUMENT, Content=json.dumps(content), DocumentVersion="$LATEST")


def set_default(account: Sandbox, version: str, document: str = DOCUMENT) -> None:
    account.client("ssm").update_document_default_version(Name=document, DocumentVersion=version)


def test_a_colleagues_draft_does_not_become_the_default(
    rulebook: Command, account: Sandbox, short: Path
) -> None:
    publish(account, short, WHAT)
    draft(account)
    ended = rulebook("publish", WHAT, "--yes")
    assert (ended.code, versions(account)) == (0, ("1", "2"))
    assert ended.out == f"Stack {STACK} is up to date; nothing was changed.\n"


def test_a_draft_that_is_the_default_is_told_and_not_undone(
    rulebook: Command, account: Sandbox, short: Path
) -> None:
    publish(account, short, WHAT)
    draft(account)
    set_default(account, "2")
    ended = rulebook("publish", WHAT, "--yes")
    assert (ended.code, versions(account)) == (1, ("2", "2"))
    assert f"Changed by hand: {DOCUMENT}: its default, version 2, is not the project's" in ended.out
    assert "up to date" not in ended.out


def test_a_default_that_somebody_rolled_back_is_told_not_undone(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    """Not even when the stack changes for another reason: here, what the role may do."""
    what, document = "DeleteStaleAccessKeys", "Rulebook-DeleteStaleAccessKeys"
    publish(account, project, what)
    change_document(project, what)
    rulebook("publish", what, "--yes", root=project)
    assert versions(account, document) == ("2", "2")
    set_default(account, "1", document)
    for action in ("Delete", "Deactivate"):
        configure(project, "ACCESS_KEYS_ROTATED_CUSTOM", remediation={"parameters": {"Action": action}})
        ended = rulebook("publish", what, "--yes", root=project)
        assert (ended.code, versions(account, document)) == (1, ("1", "2"))
        assert ("AWS::IAM::Role" in ended.out) == (action == "Deactivate")
        assert (
            "is not the project's, version 2 is; if nobody wants it so: aws ssm update-document-" in ended.out
        )


def test_the_version_to_go_back_to_is_named_even_under_drafts(
    rulebook: Command, account: Sandbox, short: Path
) -> None:
    publish(account, short, WHAT)
    for text in ("one", "two", "three"):
        draft(account, text)
    set_default(account, "3")
    account.client("ssm").delete_document(Name=DOCUMENT, DocumentVersion="2")
    ended = rulebook("publish", WHAT, "--yes")
    says = (
        f"Changed by hand: {DOCUMENT}: its default, version 3, is not the project's, "
        f"version 1 is; if nobody wants it so: aws ssm update-document-default-version "
        f"--name {DOCUMENT} --document-version 1\n"
    )
    assert (ended.code, ended.out) == (1, says)
    set_default(account, "1")
    assert "up to date" in rulebook("publish", WHAT, "--yes").out


def test_a_version_far_back_is_not_looked_for(
    rulebook: Command, account: Sandbox, monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    """Each look is a call."""
    monkeypatch.setattr(drift, "LOOKED_AT", 2)
    publish(account, short, WHAT)
    draft(account, "one")
    set_default(account, "2")
    assert "version 1 is;" in rulebook("publish", WHAT, "--yes").out
    draft(account, "two")
    ended = rulebook("publish", WHAT, "--yes")
    cure = f"run `rulebook publish {WHAT} --delete`, then `rulebook publish {WHAT}`"
    assert f"and none of its newest 2 is; if nobody wants it so: {cure}\n" in ended.out


@pytest.mark.parametrize(
    ("accounts", "whom"),
    [(["all"], "everybody"), (["210987654321", "310987654321"], "account 210987654321, 310987654321")],
)
def test_a_document_that_was_shared_by_hand_is_said_and_the_cure_works(
    rulebook: Command, account: Sandbox, accounts: list[str], whom: str, short: Path
) -> None:
    publish(account, short, WHAT)
    ssm = account.client("ssm")
    ssm.modify_document_permission(Name=DOCUMENT, PermissionType="Share", AccountIdsToAdd=accounts)
    ended = rulebook("publish", WHAT, "--yes")
    says = (
        f"Changed by hand: {DOCUMENT} is shared with {whom}; end it: aws ssm modify-document-permission "
        f"--name {DOCUMENT} --permission-type Share --account-ids-to-remove {' '.join(accounts)}\n"
    )
    assert (ended.code, ended.out) == (1, says)
    ssm.modify_document_permission(Name=DOCUMENT, PermissionType="Share", AccountIdsToRemove=accounts)
    assert "up to date" in rulebook("publish", WHAT, "--yes").out


def test_what_drift_is_read_with_is_listed_for_whoever_publishes(
    rulebook: Command, account: Sandbox, short: Path
) -> None:
    publish(account, short, WHAT)
    account.calls.clear()
    rulebook("publish", WHAT, "--yes")
    made = [f"{one.service}:{one.operation}" for one in account.calls if one.service in {"ssm", "iam"}]
    assert made == [
        "ssm:DescribeDocument",
        "ssm:DescribeDocumentPermission",
        "ssm:GetDocument",
        "iam:GetRole",
        "iam:ListRolePolicies",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
    ]
    listed = (Path(__file__).parents[2] / "docs" / "console.md").read_text(encoding="utf-8")
    assert [one for one in made if f"`{one}`" not in listed] == []


def test_a_new_version_that_cloudformation_left_undefault_is_made_the_default(
    rulebook: Command, account: Sandbox, short_copy: Path, monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    """https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2539."""
    publish(account, short, WHAT)
    change_document(short_copy, WHAT)
    applied = Plan.apply

    def left_undefault(made: Plan) -> None:
        applied(made)
        set_default(account, "1")

    monkeypatch.setattr(Plan, "apply", left_undefault)
    ended = rulebook("publish", WHAT, "--yes", root=short_copy)
    assert (ended.code, versions(account)) == (0, ("2", "2"))
    assert f"{DOCUMENT}: the new version is the default now." in ended.out


def test_a_newest_version_that_is_not_the_projects_is_not_promoted(
    rulebook: Command, account: Sandbox, short_copy: Path, monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    publish(account, short, WHAT)
    change_document(short_copy, WHAT)
    applied = Plan.apply

    def draft_on_top(made: Plan) -> None:
        applied(made)
        draft(account)

    monkeypatch.setattr(Plan, "apply", draft_on_top)
    assert rulebook("publish", WHAT, "--yes", root=short_copy).code == 0
    assert versions(account) == ("2", "3")


def widen_policy(account: Sandbox) -> None:
    account.client("iam").put_role_policy(RoleName=ROLE, PolicyName="more", PolicyDocument=EVERYTHING)


def change_policy(account: Sandbox) -> None:
    account.client("iam").put_role_policy(RoleName=ROLE, PolicyName="rulebook", PolicyDocument=EVERYTHING)


def attach_policy(account: Sandbox) -> None:
    account.client("iam").attach_role_policy(RoleName=ROLE, PolicyArn=ADMINISTRATOR)


def trust_anybody(account: Sandbox) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.client("iam").update_assume_role_policy(RoleName=ROLE, PolicyDocument=policy)


def lengthen_sessions(account: Sandbox) -> None:
    account.client("iam").update_role(RoleName=ROLE, MaxSessionDuration=43200)


EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
DRIFT: list[Any] = [
    pytest.param(
        widen_policy,
        f"role {ROLE} has a policy more that it was not published with; take it away: "
        f"aws iam delete-role-policy --role-name {ROLE} --policy-name more",
        id="inline policy added",
    ),
    pytest.param(change_policy, f"role {ROLE} may do something else than", id="inline policy changed"),
    pytest.param(
        attach_policy,
        f"role {ROLE} has AdministratorAccess attached; take it away: "
        f"aws iam detach-role-policy --role-name {ROLE} --policy-arn {ADMINISTRATOR}",
        id="policy attached",
    ),
    pytest.param(
        lengthen_sessions,
        f"role {ROLE} has sessions of up to 43200 seconds, not 3600; undo it: "
        f"aws iam update-role --role-name {ROLE} --max-session-duration 3600",
        id="longer sessions",
    ),
    pytest.param(trust_anybody, f"role {ROLE} trusts somebody else than", id="trust"),
]


@pytest.mark.parametrize(("change", "says"), DRIFT)
def test_a_role_that_was_widened_by_hand_is_not_up_to_date(
    rulebook: Command, account: Sandbox, change: Callable[[Sandbox], None], says: str, short: Path
) -> None:
    publish(account, short, WHAT)
    change(account)
    ended = rulebook("publish", WHAT, "--yes")
    iam = account.client("iam")
    if change is attach_policy:
        iam.detach_role_policy(RoleName=ROLE, PolicyArn=ADMINISTRATOR)
    if change is widen_policy:
        iam.delete_role_policy(RoleName=ROLE, PolicyName="more")
    assert (ended.code, "up to date" in ended.out) == (1, False)
    assert f"Changed by hand: {says}" in ended.out


def test_a_document_that_was_deleted_by_hand_is_said_and_the_cure_works(
    rulebook: Command, account: Sandbox, short: Path
) -> None:
    publish(account, short, WHAT)
    account.client("ssm").delete_document(Name=DOCUMENT)
    ended = rulebook("publish", WHAT, "--yes")
    cure = f"run `rulebook publish {WHAT} --delete`, then `rulebook publish {WHAT}`"
    assert (ended.code, ended.out) == (1, f"Changed by hand: {DOCUMENT} was deleted by hand; {cure}\n")
    assert rulebook("publish", WHAT, "--delete", "--yes").code == 0
    assert rulebook("publish", WHAT, "--yes").code == 0
    assert versions(account) == ("1", "1")


def test_action_decides_what_the_published_role_may_do(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    name, seen = "rulebook-DeleteStaleAccessKeys", []
    for action in ("Deactivate", "Delete"):
        configure(project, "ACCESS_KEYS_ROTATED_CUSTOM", remediation={"parameters": {"Action": action}})
        assert rulebook("publish", "DeleteStaleAccessKeys", "--yes", root=project).code == 0
        policy = account.client("iam").get_role_policy(RoleName=name, PolicyName="rulebook")
        text = json.dumps(policy["PolicyDocument"])
        seen.append([one in text for one in ("iam:UpdateAccessKey", "iam:DeleteAccessKey")])
    assert seen == [[True, False], [False, True]]
