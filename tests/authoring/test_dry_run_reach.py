"""A document whose DryRun does not reach a step that acts is found before it is built."""

from typing import Any

import pytest

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.document import dry_run_reach

SCRIPT = """
import boto3
def act(events, context):
    return remove(boto3.client("iam"), events)
def remove(iam, events):
    if events["DryRun"] == "false":
        iam.delete_user(UserName="x")
def look(events, context):
    boto3.client("iam").list_users()
"""


def script(name: str, handler: str, payload: dict[str, Any]) -> dict[str, Any]:
    inputs = {"Runtime": "python3.11", "Handler": handler, "Script": SCRIPT, "InputPayload": payload}
    return {"name": name, "action": "aws:executeScript", "inputs": inputs}


def api(name: str, api_name: str, **inputs: str) -> dict[str, Any]:
    return {
        "name": name,
        "action": "aws:executeAwsApi",
        "inputs": {"Service": "iam", "Api": api_name, **inputs},
    }


def branch(variable: str, to: str, default: str = "") -> dict[str, Any]:
    choices = [{"NextStep": to, "Variable": variable, "StringEquals": "false"}]
    inputs = {"Choices": choices} | ({"Default": default} if default else {"isEnd": True})
    return {"name": "Branch", "action": "aws:branch", "inputs": inputs}


def found(*steps: dict[str, Any], dry_run: bool = True) -> list[str]:
    parameters = {"DryRun": {"type": "String"}} if dry_run else {}
    content = {"parameters": parameters, "mainSteps": list(steps)}
    document = AuthoredDocument("document.yaml", content, {})
    return [str(one.place) for one in dry_run_reach.find(document)]


TOLD = {"DryRun": "{{ DryRun }}"}
CASES = [
    pytest.param([script("A", "act", TOLD)], [], id="told"),
    pytest.param([script("A", "act", {"Preview": "{{DryRun}}"})], [], id="told by another name"),
    pytest.param([script("A", "act", {"DryRun": "false"})], ["mainSteps[0]"], id="a constant"),
    pytest.param([script("A", "act", {"DryRun": "x{{ DryRun }}"})], ["mainSteps[0]"], id="a text around it"),
    pytest.param([script("A", "act", {})], ["mainSteps[0]"], id="nothing"),
    pytest.param([script("A", "look", {})], [], id="only reads, though the file does more"),
    pytest.param([script("A", "act", TOLD), script("B", "act", {})], ["mainSteps[1]"], id="the second"),
    pytest.param([api("A", "DeleteUser", UserName="x")], ["mainSteps[0]"], id="an API that writes"),
    pytest.param([api("A", "delete_user", UserName="x")], ["mainSteps[0]"], id="an API nobody knows"),
    pytest.param([api("A", "ListUsers")], [], id="an API that reads"),
    pytest.param([api("A", "DeleteUser", DryRun="{{ DryRun }}")], [], id="an API with a DryRun of its own"),
    pytest.param(
        [branch("{{ DryRun }}", "A", "B"), api("B", "ListUsers") | {"isEnd": True}, api("A", "DeleteUser")],
        [],
        id="behind a branch",
    ),
    pytest.param(
        [branch("{{ Other }}", "A", "B"), api("B", "ListUsers") | {"isEnd": True}, api("A", "DeleteUser")],
        ["mainSteps[2]"],
        id="behind another branch",
    ),
    pytest.param(
        [
            api("First", "ListUsers") | {"onFailure": "step:A"},
            branch("{{ DryRun }}", "A", "B"),
            api("B", "ListUsers") | {"isEnd": True},
            api("A", "DeleteUser"),
        ],
        ["mainSteps[3]"],
        id="a way round the branch",
    ),
]


@pytest.mark.parametrize(("steps", "places"), CASES)
def test_each_acting_step_is_reached(steps: list[dict[str, Any]], places: list[str]) -> None:
    assert found(*steps) == places


def test_a_document_without_a_dry_run_promises_nothing() -> None:
    assert found(script("A", "act", {}), dry_run=False) == []
