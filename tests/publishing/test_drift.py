"""What was changed by hand, by AWS's answers alone; test_two_publishers.py does it in an account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rulebook.publishing.drift import LOOKED_AT, document_drift, make_default, role_drift
from rulebook.publishing.published import Publication
from rulebook.publishing.template import document_template, evaluators_template

from .published import resolved

STEP = {"name": "Wait", "action": "aws:pause", "inputs": {}, "timeoutSeconds": 5, "isEnd": True}
OURS: dict[str, Any] = {"schemaVersion": "0.3", "mainSteps": [STEP]}
THEIRS = OURS | {"description": "A draft."}
PUBLISHED = Publication("X", document_template("X", OURS, ["iam:GetUser"]))
EVALUATORS = Publication("evaluators", evaluators_template(["iam:GetUser"]))
NAME, ROLE = {"Name": "Rulebook-X"}, {"RoleName": "rulebook-X"}
MOVE = "aws ssm update-document-default-version --name Rulebook-X --document-version"
ANEW = "run `rulebook publish X --delete`, then `rulebook publish X`"


SESSION = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")


@pytest.fixture
def ssm() -> Iterator[Stubber]:
    """Answers in their order, all of which must be used."""
    with Stubber(SESSION.client("ssm")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def iam() -> Iterator[Stubber]:
    """Answers in their order, all of which must be used."""
    with Stubber(SESSION.client("iam")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def client(stubber: Stubber) -> Any:
    return stubber.client


def answer_described(ssm: Stubber, default: int, latest: int) -> None:
    found = {"DefaultVersion": str(default), "LatestVersion": str(latest)}
    ssm.add_response("describe_document", {"Document": found}, NAME)


def answer_shared(ssm: Stubber, *accounts: str) -> None:
    asked = NAME | {"PermissionType": "Share"}
    ssm.add_response("describe_document_permission", {"AccountIds": list(accounts)}, asked)


def answer_content(ssm: Stubber, version: int, content: Any) -> None:
    if content is None:
        ssm.add_client_error("get_document", "InvalidDocumentVersion")
        return
    asked = NAME | {"DocumentVersion": str(version), "DocumentFormat": "JSON"}
    ssm.add_response("get_document", {"Content": json.dumps(content)}, asked)


def drifted(ssm: Stubber) -> list[str]:
    return list(document_drift(client(ssm), PUBLISHED))


AS_TEXTS = OURS | {"mainSteps": [STEP | {"timeoutSeconds": "5", "isEnd": "true"}]}


@pytest.mark.parametrize("content", [OURS, AS_TEXTS], ids=["as given", "numbers and booleans as texts"])
def test_a_document_as_published_is_no_drift_whatever_is_newer(ssm: Stubber, content: Any) -> None:
    answer_described(ssm, 1, 2)
    answer_shared(ssm)
    answer_content(ssm, 1, content)
    assert drifted(ssm) == []


@pytest.mark.parametrize("changed", [{"timeoutSeconds": 6}, {"isEnd": False}, {"name": "wait"}], ids=str)
def test_a_changed_step_is_drift(ssm: Stubber, changed: dict[str, Any]) -> None:
    answer_described(ssm, 1, 1)
    answer_shared(ssm)
    for _ in range(2):
        answer_content(ssm, 1, OURS | {"mainSteps": [STEP | changed]})
    assert len(drifted(ssm)) == 1


def test_the_newest_version_of_the_projects_is_named(ssm: Stubber) -> None:
    answer_described(ssm, 2, 5)
    answer_shared(ssm)
    for version, content in ((2, THEIRS), (5, THEIRS), (4, None), (3, OURS)):
        answer_content(ssm, version, content)
    says = f"its default, version 2, is not the project's, version 3 is; if nobody wants it so: {MOVE} 3"
    assert drifted(ssm) == [f"Rulebook-X: {says}"]


@pytest.mark.parametrize("latest", [3, 30])
def test_so_many_versions_are_looked_at_and_no_more(ssm: Stubber, latest: int) -> None:
    answer_described(ssm, latest, latest)
    answer_shared(ssm)
    answer_content(ssm, latest, THEIRS)
    for version in range(latest, max(0, latest - LOOKED_AT), -1):
        answer_content(ssm, version, THEIRS)
    assert LOOKED_AT == 20
    [said] = drifted(ssm)
    assert said.endswith(f"and none of its newest 20 is; if nobody wants it so: {ANEW}")


@pytest.mark.parametrize("accounts", [["all"], ["All"]])
def test_shared_with_everybody_is_drift_of_its_own(ssm: Stubber, accounts: list[str]) -> None:
    answer_described(ssm, 1, 1)
    answer_shared(ssm, *accounts)
    answer_content(ssm, 1, OURS)
    [said] = drifted(ssm)
    assert said.startswith("Rulebook-X is shared with everybody; end it: aws ssm modify-document-permission ")


def test_a_deleted_document_is_said_and_a_role_alone_has_none(ssm: Stubber) -> None:
    ssm.add_client_error("describe_document", "InvalidDocument")
    assert drifted(ssm) == [f"Rulebook-X was deleted by hand; {ANEW}"]
    assert list(document_drift(client(ssm), EVALUATORS)) == []
    assert make_default(client(ssm), EVALUATORS) is None


@pytest.mark.parametrize(("content", "made"), [(OURS, "Rulebook-X"), (THEIRS, None)])
def test_the_latest_becomes_the_default_if_it_is_the_projects(
    ssm: Stubber, content: Any, made: str | None
) -> None:
    answer_described(ssm, 1, 2)
    answer_content(ssm, 2, content)
    if made:
        ssm.add_response("update_document_default_version", {}, NAME | {"DocumentVersion": "2"})
    assert make_default(client(ssm), PUBLISHED) == made


def test_a_default_that_is_the_latest_stays(ssm: Stubber) -> None:
    answer_described(ssm, 2, 2)
    assert make_default(client(ssm), PUBLISHED) is None


def answer_role(iam: Stubber, changed: Callable[[dict[str, Any]], object]) -> None:
    """Answer with the role as published but for a change of any of ``there``."""
    properties = resolved(PUBLISHED.role)
    there = {
        "session": 3600,
        "trust": properties["AssumeRolePolicyDocument"],
        "policies": {one["PolicyName"]: one["PolicyDocument"] for one in properties["Policies"]},
        "attached": [],
    }
    changed(there)
    role = {"Path": "/", "RoleId": "A" * 16, "Arn": "a" * 20, "CreateDate": datetime.now(UTC), **ROLE}
    role |= {"MaxSessionDuration": there["session"], "AssumeRolePolicyDocument": json.dumps(there["trust"])}
    iam.add_response("get_role", {"Role": role}, ROLE)
    iam.add_response("list_role_policies", {"PolicyNames": list(there["policies"])}, ROLE)
    for name, policy in there["policies"].items():
        found = {**ROLE, "PolicyName": name, "PolicyDocument": json.dumps(policy)}
        iam.add_response("get_role_policy", found, ROLE | {"PolicyName": name})
    attached = [
        {"PolicyName": one, "PolicyArn": f"arn:aws:iam::aws:policy/{one}"} for one in there["attached"]
    ]
    iam.add_response("list_attached_role_policies", {"AttachedPolicies": attached}, ROLE)


UNDO = f"undo it in the IAM console, or {ANEW}"
AWAY, ON = "take it away: aws iam", "--role-name rulebook-X"
SHORTEN = f"undo it: aws iam update-role {ON} --max-session-duration 3600"
CHANGES: list[Any] = [
    pytest.param(lambda _: None, [], id="nothing"),
    pytest.param(
        lambda role: role.update(session=43200),
        [f"has sessions of up to 43200 seconds, not 3600; {SHORTEN}"],
        id="longer sessions",
    ),
    pytest.param(
        lambda role: role["trust"]["Statement"][0].pop("Condition"),
        [f"trusts somebody else than it was published with; {UNDO}"],
        id="trust",
    ),
    pytest.param(
        lambda role: role["policies"].update(x={}),
        [f"has a policy x that it was not published with; {AWAY} delete-role-policy {ON} --policy-name x"],
        id="policy added",
    ),
    pytest.param(
        lambda role: role["policies"].pop("rulebook"),
        [f"may do something else than it was published with; {UNDO}"],
        id="policy taken away",
    ),
    pytest.param(
        lambda role: role["policies"]["rulebook"]["Statement"][0].update(Resource="*"),
        [f"may do something else than it was published with; {UNDO}"],
        id="policy changed",
    ),
    pytest.param(
        lambda role: role["attached"].extend(["A", "B"]),
        [
            f"has {one} attached; {AWAY} detach-role-policy {ON} --policy-arn arn:aws:iam::aws:policy/{one}"
            for one in ("A", "B")
        ],
        id="policies attached",
    ),
]


@pytest.mark.parametrize(("changed", "says"), CHANGES)
def test_a_role_that_differs_is_said_with_its_cure(
    iam: Stubber, changed: Callable[[dict[str, Any]], object], says: list[str]
) -> None:
    answer_role(iam, changed)
    found = list(role_drift(client(iam), PUBLISHED, "123456789012", "aws"))
    assert found == [f"role rulebook-X {one}" for one in says]


def test_a_deleted_role_is_said(iam: Stubber) -> None:
    iam.add_client_error("get_role", "NoSuchEntity")
    found = list(role_drift(client(iam), PUBLISHED, "123456789012", "aws"))
    assert found == [f"role rulebook-X was deleted by hand; {ANEW}"]
