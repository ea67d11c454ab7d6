"""The published roles in the embedded account, which enforces them: enough, and not a thing more."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rulebook.authoring.render import build
from rulebook.demo.people import DEMO_PARAMETERS, move_in
from rulebook.demo.rdk import run_rdk
from rulebook.operating.compliance import evaluate_now, results_of_rule
from rulebook.project import Project
from rulebook.project.rdk_config import load_config
from rulebook.publishing.policies import OLD_RESULTS, REPORTS
from rulebook.publishing.published import publications
from rulebook.publishing.template import body
from rulebook.sandbox import KeySeed, Sandbox
from rulebook.sandbox.rdk_waits import shortened

from .published import PROJECT, permissions

KEY_RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
ROLE = "arn:aws:iam::123456789012:role/rulebook/rulebook-DeleteStaleAccessKeys"
EVALUATORS = "arn:aws:iam::123456789012:role/rulebook/rulebook-evaluators"
ENDED = {"Success", "Failed", "TimedOut", "Cancelled"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project whose key rule checks disuse and exempts by name and by tag."""
    root: Path = tmp_path_factory.mktemp("project")
    for name in ("rules", "ssm_docs"):
        ignored = shutil.ignore_patterns("__pycache__", "*_test.py", "*.zip", ".rdk")
        shutil.copytree(PROJECT.root / name, root / name, ignore=ignored)
    settings = json.loads(PROJECT.config.read_text(encoding="utf-8"))
    settings["rules"][KEY_RULE]["parameters"] |= DEMO_PARAMETERS
    for rule in settings["rules"].values():
        rule["remediation"]["trigger"] = "manual"
    (root / "rdk_config.json").write_text(json.dumps(settings), encoding="utf-8")
    build(Project(root))
    return Project(root)


@pytest.fixture(scope="module")
def account(project: Project) -> Iterator[Sandbox]:
    """An account with users of every kind, and the stack."""
    with Sandbox.start() as running:
        move_in(running)
        for one in publications(project, load_config(project)):
            running.client("cloudformation").create_stack(
                StackName=one.stack, TemplateBody=body(one.template), Capabilities=["CAPABILITY_NAMED_IAM"]
            )
        yield running


def execute(account: Sandbox, document: str, **parameters: str) -> dict[str, Any]:
    """Run a document to its end."""
    ssm = account.client("ssm")
    given = {name: [value] for name, value in parameters.items()}
    started = ssm.start_automation_execution(DocumentName=document, Parameters=given)
    for _ in range(600):
        found: dict[str, Any] = ssm.get_automation_execution(
            AutomationExecutionId=started["AutomationExecutionId"]
        )["AutomationExecution"]
        if found["AutomationExecutionStatus"] in ENDED:
            break
        time.sleep(0.05)
    return found


def active_keys(account: Sandbox, user: str) -> list[str]:
    listed = account.client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
    return [one["AccessKeyId"] for one in listed if one["Status"] == "Active"]


def called(account: Sandbox, role: str) -> set[str]:
    """Return the IAM actions that a role has used, by its sessions."""
    return {f"{one.service}:{one.operation}" for one in account.calls if one.principal.startswith(role)}


def _is_refusal(code: str | None) -> bool:
    return bool(code and code.startswith("AccessDenied"))


def refused(account: Sandbox) -> list[str]:
    return [f"{one.service}:{one.operation}" for one in account.calls if _is_refusal(one.error_code)]


def test_the_runbooks_role_is_enough_for_its_document(account: Sandbox) -> None:
    given = {"AutomationAssumeRole": ROLE, "MaxCredentialUsageAge": "45", "ExemptTag": "rotation=manual"}
    account.calls.clear()
    found = execute(account, "Rulebook-DeleteStaleAccessKeys", IAMUserId="two-keys-one-stale", **given)
    assert (found["AutomationExecutionStatus"], found.get("FailureMessage", "")) == ("Success", "")
    assert found["Outputs"]["DeleteStaleAccessKeys.Outcome"] == ["Deleted"]
    assert len(active_keys(account, "two-keys-one-stale")) == 1
    assert refused(account) == []
    assert called(account, ROLE) <= set(permissions(PROJECT.documents()["DeleteStaleAccessKeys"]))


def test_the_policy_runbooks_role_is_enough_for_its_document(account: Sandbox) -> None:
    role = ROLE.replace("DeleteStaleAccessKeys", "ResetPasswordPolicy")
    found = execute(account, "Rulebook-ResetPasswordPolicy", AutomationAssumeRole=role)
    assert (found["AutomationExecutionStatus"], found.get("FailureMessage", "")) == ("Success", "")
    policy = account.client("iam").get_account_password_policy()["PasswordPolicy"]
    assert policy["MinimumPasswordLength"] == 14


ALTERED = """
import boto3
def act(events, context):
    boto3.client("iam").delete_access_key(UserName=events["User"], AccessKeyId=events["Key"])
    return {}
"""


@pytest.fixture(scope="module")
def altered(account: Sandbox) -> str:
    """A runbook whose script judges nothing, and deletes what it is told to."""
    step = {
        "name": "Act",
        "action": "aws:executeScript",
        "inputs": {
            "Runtime": "python3.11",
            "Handler": "act",
            "Script": ALTERED,
            "InputPayload": {"User": "{{ User }}", "Key": "{{ Key }}"},
        },
    }
    content = {
        "schemaVersion": "0.3",
        "assumeRole": ROLE,
        "parameters": {"User": {"type": "String"}, "Key": {"type": "String"}},
        "mainSteps": [step],
    }
    account.client("ssm").create_document(
        Name="Altered", Content=json.dumps(content), DocumentType="Automation", DocumentFormat="JSON"
    )
    return "Altered"


def test_not_even_an_altered_script_touches_a_user_who_carries_the_exempt_tag(
    account: Sandbox, altered: str
) -> None:
    [key] = active_keys(account, "exempt-by-tag")
    found = execute(account, altered, User="exempt-by-tag", Key=key)
    assert found["AutomationExecutionStatus"] == "Failed"
    assert "AccessDenied" in found["FailureMessage"]
    assert "explicit deny" in found["FailureMessage"]
    assert active_keys(account, "exempt-by-tag") == [key]


def test_without_the_tag_that_script_would_have(account: Sandbox, altered: str) -> None:
    """So it was the tag that stopped it."""
    account.add_user("prey", created=timedelta(days=400), keys=[KeySeed(timedelta(days=5))])
    [key] = active_keys(account, "prey")
    assert execute(account, altered, User="prey", Key=key)["AutomationExecutionStatus"] == "Success"
    assert active_keys(account, "prey") == []


def test_the_evaluators_role_is_enough_for_what_rdk_deploys_and_no_action_of_it_is_unused(
    account: Sandbox, project: Project
) -> None:
    rules, environment = project.root / "rules", account.environment() | shortened()
    run_rdk(["init"], rules, environment)
    run_rdk(["deploy", "--all", "--lambda-role-arn", EVALUATORS], rules, environment)
    config = account.client("config")
    names = list(project.rules())
    account.calls.clear()
    evaluate_now(config, names, timedelta(minutes=2))
    found = {one.resource_id: one.compliance for rule in names for one in results_of_rule(config, rule)}
    assert len(found) == 11
    assert refused(account) == []
    stated = {action for rule in project.rules().values() for action in permissions(rule)}
    assert called(account, EVALUATORS) - {OLD_RESULTS, REPORTS} == stated
    assert {OLD_RESULTS, REPORTS} <= called(account, EVALUATORS)
