"""`rulebook history` over rdk's own deployments: unmodified rdk names the document anew each time."""

import shlex
from datetime import timedelta
from pathlib import Path

import pytest

from forked_workspace import ForkedWorkspace
from rulebook.demo.workspace import Workspace
from rulebook.operating.compliance import evaluate_now
from rulebook.operating.executions import attached_runbook, wait_for_remediations
from rulebook.project import Project
from rulebook.sandbox import KeySeed, Sandbox

from .conftest import KEY_RULE, ROOT, Command

PATIENCE = timedelta(minutes=2)


def stale_user(account: Sandbox, name: str) -> str:
    age = KeySeed(timedelta(days=120), last_used=timedelta(days=2))
    return account.add_user(name, created=timedelta(days=400), keys=[age])


def remedied(account: Sandbox, user: str) -> str:
    """Let Config judge and remedy; return its state of the user."""
    config = account.client("config")
    evaluate_now(config, [KEY_RULE], PATIENCE)
    return wait_for_remediations(config, KEY_RULE, [user], PATIENCE)[user]


def attached(account: Sandbox) -> str:
    found = attached_runbook(account.client("config"), KEY_RULE)
    assert found
    return found.document


@pytest.fixture(scope="module")
def workspace(account: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The key rule as shipped, but automatic with one attempt whatever a person configured."""
    copy = ForkedWorkspace(Project(ROOT), account, tmp_path_factory.mktemp("project"))
    copy.configure(KEY_RULE, {"maxAccessKeyAge": 90}, trigger="automatic", attempts=1, retrySeconds=60)
    copy.rdk("init")
    copy.rdk("deploy", KEY_RULE)
    return copy


def root(workspace: Workspace) -> Path:
    return workspace.project.root


def test_it_follows_the_document_over_undeploy_and_deploy(
    rulebook: Command, account: Sandbox, workspace: Workspace
) -> None:
    user = stale_user(account, "before")
    assert remedied(account, user) == "SUCCEEDED"
    former = attached(account)

    workspace.rdk("undeploy", KEY_RULE, "--force")
    found = rulebook("history", KEY_RULE, "--json", root=root(workspace)).json
    assert [(one["ResourceId"], one["Outcome"]) for one in found["Executions"]] == [(user, "Deleted")]
    assert (found["AttachedDocument"], found["ExecutionsByDocument"]) == (None, {former: 1})
    ended = rulebook("history", KEY_RULE, root=root(workspace))
    assert ended.code == 0
    assert ended.out.endswith("No remediation is attached to the rule here now.\n")

    workspace.rdk("deploy", KEY_RULE)
    now = attached(account)
    assert now != former
    later = stale_user(account, "after")
    assert remedied(account, later) == "SUCCEEDED"
    found = rulebook("history", KEY_RULE, "--json", root=root(workspace)).json
    assert [(one["ResourceId"], one["DocumentName"]) for one in found["Executions"]] == [
        (later, now),
        (user, former),
    ]
    assert (found["AttachedDocument"], found["ExecutionsByDocument"]) == (now, {now: 1, former: 1})
    shown = rulebook("history", KEY_RULE, root=root(workspace), environment={"COLUMNS": "180"}).out
    documents = [line.split() for line in shown.splitlines() if line.endswith((now, former))]
    assert documents == [["1", "yes", now], ["1", "no", former]]


def test_it_shows_what_is_blocked_and_the_command_that_lifts_it(
    rulebook: Command, account: Sandbox, workspace: Workspace
) -> None:
    """As shipped, one attempt that failed within 60 seconds is enough."""
    iam, config = account.client("iam"), account.client("config")
    [configured] = config.describe_remediation_configurations(ConfigRuleNames=[KEY_RULE])[
        "RemediationConfigurations"
    ]
    role = configured["Parameters"]["AutomationAssumeRole"]["StaticValue"]["Values"][0].rpartition("/")[2]
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
    blocked = stale_user(account, "blocked")
    assert remedied(account, blocked) == "FAILED"

    [exception] = rulebook("history", KEY_RULE, "--json", root=root(workspace)).json["RemediationExceptions"]
    assert exception["ResourceId"] == blocked
    shown = rulebook("history", KEY_RULE, root=root(workspace)).out
    assert f"  {exception['LiftedBy']}\n" in shown
    assert "Out of automatic remediation" in shown
    lift(account, exception["LiftedBy"])
    assert rulebook("history", KEY_RULE, "--json", root=root(workspace)).json["RemediationExceptions"] == []
    assert "Out of automatic remediation" not in rulebook("history", KEY_RULE, root=root(workspace)).out


def lift(account: Sandbox, command: str) -> None:
    """Do what the AWS command line does with the command that was shown."""
    program, service, operation, *options = shlex.split(command)
    assert (program, service, operation) == ("aws", "configservice", "delete-remediation-exceptions")
    given = dict(zip(options[::2], options[1::2], strict=True))
    key = dict(one.split("=", 1) for one in given["--resource-keys"].split(","))
    config = account.client("config")
    assert given["--region"] == config.meta.region_name
    config.delete_remediation_exceptions(
        ConfigRuleName=given["--config-rule-name"],
        ResourceKeys=[{"ResourceType": key["ResourceType"], "ResourceId": key["ResourceId"]}],
    )
