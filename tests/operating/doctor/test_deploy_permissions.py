"""What the caller may do is IAM's to say; what IAM does not say is not known. moto cannot simulate."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from operating.doctor.conftest import ACCOUNT, KEYS, POLICY, Clone, StubbedSession, examination, found
from rulebook.operating.doctor import Examination
from rulebook.operating.doctor.checks import deploy_permissions
from rulebook.operating.doctor.deploying import needs

OPS = f"arn:aws:iam::{ACCOUNT}:user/ops"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/Deployer"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/ops@example.com"


def answer_all(iam: Stubber, subject: Examination, source: str, odd: dict[str, dict[str, Any]]) -> int:
    """Queue an answer to every need, allowed except for the odd actions; return how many results that is."""
    count = 0
    for need in needs(subject):
        results = [
            {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": "allowed"}
            | odd.get(action, {})
            for action in need.actions
            for resource in need.resources
        ]
        count += len(results)
        expected = {
            "PolicySourceArn": source,
            "ActionNames": list(need.actions),
            "ResourceArns": list(need.resources),
            "ContextEntries": ANY,
        }
        iam.add_response("simulate_principal_policy", {"EvaluationResults": results}, expected)
    return count


def test_everything_allowed_is_one_line(clone: Clone, stubbed: StubbedSession) -> None:
    subject, iam = examination(clone, stubbed, OPS), stubbed.stub("iam")
    count = answer_all(iam, subject, OPS, {})
    assert found(deploy_permissions, subject) == [
        ("ok", OPS, f"{count} of {count} actions that `rdk deploy` needs are allowed")
    ]
    iam.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("odd", "level", "seen"),
    [
        pytest.param(
            {"EvalDecision": "implicitDeny"}, "error", "no policy allows it", id="nothing allows it"
        ),
        pytest.param({"EvalDecision": "explicitDeny"}, "error", "an explicit deny", id="denied"),
        pytest.param(
            {
                "EvalDecision": "implicitDeny",
                "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
            },
            "error",
            "a policy of the organization",
            id="organization",
        ),
        pytest.param(
            {
                "EvalDecision": "implicitDeny",
                "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
            },
            "error",
            "its permissions boundary",
            id="boundary",
        ),
        pytest.param(
            {"EvalDecision": "implicitDeny", "MissingContextValues": ["aws:RequestTag/team"]},
            "could-not-check",
            "depends on aws:RequestTag/team, which the simulation does not know",
            id="a condition it cannot know",
        ),
    ],
)
def test_a_denied_action_is_told_with_what_denies_it(
    clone: Clone, stubbed: StubbedSession, odd: dict[str, Any], level: str, seen: str
) -> None:
    subject, iam = examination(clone, stubbed, OPS), stubbed.stub("iam")
    count = answer_all(iam, subject, OPS, {"config:PutConfigRule": odd})
    denied, allowed = found(deploy_permissions, subject)
    assert denied[:2] == (level, "config:PutConfigRule")
    assert denied[2].endswith(seen)
    assert allowed == ("ok", OPS, f"{count - 1} of {count} actions that `rdk deploy` needs are allowed")


def test_nothing_allowed_is_no_ok(clone: Clone, stubbed: StubbedSession) -> None:
    subject, iam = examination(clone, stubbed, OPS), stubbed.stub("iam")
    every = {action for need in needs(subject) for action in need.actions}
    answer_all(iam, subject, OPS, {action: {"EvalDecision": "implicitDeny"} for action in every})
    assert {level for level, *_ in found(deploy_permissions, subject)} == {"error"}


def test_passing_a_role_is_simulated_for_the_service_that_gets_it(
    clone: Clone, stubbed: StubbedSession
) -> None:
    clone.configure(f"rules.{KEYS}.remediation.role", "scoped")
    clone.configure(f"rules.{POLICY}.remediation.role", f"arn:aws:iam::{ACCOUNT}:role/fix")
    passed = {need.passed_to: need.resources for need in needs(examination(clone, stubbed)) if need.passed_to}
    assert passed == {
        "lambda.amazonaws.com": (
            f"arn:aws:iam::{ACCOUNT}:role/rdk/ACCESSKEYSROTATEDCUSTOM-rdkLambdaRole-EXAMPLE",
            f"arn:aws:iam::{ACCOUNT}:role/rdk/IAMPASSWORDPOLICYCUSTOM-rdkLambdaRole-EXAMPLE",
        ),
        "ssm.amazonaws.com": (
            f"arn:aws:iam::{ACCOUNT}:role/rulebook/rulebook-DeleteStaleAccessKeys",
            f"arn:aws:iam::{ACCOUNT}:role/fix",
        ),
    }


def test_of_a_session_the_role_is_simulated_by_its_arn_with_the_path(
    clone: Clone, stubbed: StubbedSession
) -> None:
    subject, iam = examination(clone, stubbed, SESSION), stubbed.stub("iam")
    role = {"Path": "/", "RoleName": "Deployer", "RoleId": "AROAEXAMPLEEXAMPLE", "Arn": ROLE}
    iam.add_response(
        "get_role", {"Role": role | {"CreateDate": "2026-01-01T00:00:00Z"}}, {"RoleName": "Deployer"}
    )
    answer_all(iam, subject, ROLE, {})
    assert found(deploy_permissions, subject)[0][:2] == ("ok", ROLE)


def test_for_root_nothing_is_simulated(clone: Clone, stubbed: StubbedSession) -> None:
    stubbed.stub("iam")
    root = examination(clone, stubbed, f"arn:aws:iam::{ACCOUNT}:root")
    assert [one[:2] for one in found(deploy_permissions, root)] == [("ok", "root")]


def test_a_federated_user_cannot_be_simulated(clone: Clone, stubbed: StubbedSession) -> None:
    stubbed.stub("iam")
    subject = examination(clone, stubbed, f"arn:aws:sts::{ACCOUNT}:federated-user/ops")
    assert [one[0] for one in found(deploy_permissions, subject)] == ["could-not-check"]


@pytest.mark.parametrize("code", ["AccessDenied", "NotImplemented", "Throttling", "NoSuchEntity"])
def test_a_refused_simulation_is_neither_good_nor_bad_news(
    clone: Clone, stubbed: StubbedSession, code: str
) -> None:
    stubbed.stub("iam").add_client_error("simulate_principal_policy", code)
    assert found(deploy_permissions, examination(clone, stubbed, OPS)) == [
        (
            "could-not-check",
            OPS,
            f"SimulatePrincipalPolicy was refused ({code}): whether `rdk deploy` may do its work is unknown",
        )
    ]


def test_a_role_that_may_not_be_read_could_not_be_checked(clone: Clone, stubbed: StubbedSession) -> None:
    stubbed.stub("iam").add_client_error("get_role", "AccessDenied")
    [(level, _, seen)] = found(deploy_permissions, examination(clone, stubbed, SESSION))
    assert (level, seen.partition(":")[0]) == ("could-not-check", "GetRole was refused (AccessDenied)")


def test_an_expired_token_ends_the_examination(clone: Clone, stubbed: StubbedSession) -> None:
    stubbed.stub("iam").add_client_error("simulate_principal_policy", "ExpiredToken")
    with pytest.raises(ClientError, match="ExpiredToken"):
        found(deploy_permissions, examination(clone, stubbed, OPS))
