"""The roles that functions and runbooks assume, before they try."""

import json
from typing import Any

import pytest

from operating.doctor.conftest import ACCOUNT, KEYS, POLICY, Clone, examination, found, set_up_config
from rulebook.cli import main
from rulebook.operating.doctor import examine, roles
from rulebook.operating.doctor.checks import assume_role_mode, remediation_role
from rulebook.sandbox import Sandbox

SSM = "ssm.amazonaws.com"
FUNCTION = f"arn:aws:iam::{ACCOUNT}:role/rdk/IAMPASSWORDPOLICYCUSTOM-rdkLambdaRole-EXAMPLE"
RUNBOOK = "IAM_PASSWORD_POLICY_CUSTOM.remediation.role"
MAY_ALL = ["iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy", "sts:GetCallerIdentity"]
OWN_ROLE = ("ok", KEYS, "AssumeRoleMode is False: the function reads with its own role")


def allow(principal: Any, condition: Any = None) -> dict[str, Any]:
    """Return a trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {
        "Version": "2012-10-17",
        "Statement": [statement | ({"Condition": condition} if condition else {})],
    }


def make_role(account: Sandbox, name: str, trust: dict[str, Any], actions: list[str] | None = None) -> None:
    """Create a role with one policy of its own."""
    iam = account.client("iam")
    iam.create_role(RoleName=name, Path="/ops/", AssumeRolePolicyDocument=json.dumps(trust))
    if actions:
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        pytest.param(allow({"Service": SSM}), True, id="the service"),
        pytest.param(allow({"Service": ["lambda.amazonaws.com", SSM]}), True, id="among others"),
        pytest.param(allow({"Service": "lambda.amazonaws.com"}), False, id="another service"),
        pytest.param(allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), False, id="an account"),
        pytest.param(allow("*"), False, id="everybody, and no service"),
        pytest.param(
            allow({"Service": SSM}, {"StringEquals": {"aws:SourceAccount": ACCOUNT}}), True, id="for us"
        ),
        pytest.param(
            allow({"Service": SSM}, {"StringEquals": {"AWS:SourceAccount": ["210987654321"]}}),
            False,
            id="for another account",
        ),
    ],
)
def test_trust_is_read_as_iam_reads_it(trust: dict[str, Any], expected: bool) -> None:
    assert roles.trusts(trust, SSM, ACCOUNT, "us-east-1") is expected


def statement(actions: Any, resource: str = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": actions, "Resource": resource, **more}


TAGGED = {"StringEquals": {"aws:ResourceTag/team": "red"}}
WANTED = ["iam:GetUser", "iam:DeleteAccessKey"]


@pytest.mark.parametrize(
    ("statements", "refused", "partly"),
    [
        pytest.param([statement("*")], [], [], id="everything"),
        pytest.param([statement(["iam:Get*"])], WANTED[1:], [], id="a pattern"),
        pytest.param([statement(["IAM:getuser", "iam:deleteaccesskey"])], [], [], id="case does not matter"),
        pytest.param([], WANTED, [], id="nothing"),
        pytest.param([statement("*"), statement(WANTED[1], effect="Deny")], WANTED[1:], [], id="denied"),
        pytest.param(
            [{"Effect": "Allow", "NotAction": "iam:Delete*", "Resource": "*"}], WANTED[1:], [], id="NotAction"
        ),
        pytest.param([statement("*", f"arn:aws:iam::{ACCOUNT}:user/*")], [], [], id="on users"),
        pytest.param([statement("*", "arn:aws:iam::*:user/service/*")], [], WANTED, id="on some users"),
        pytest.param([statement("*", Condition=TAGGED)], [], WANTED, id="under a condition"),
        pytest.param(
            [statement("*"), statement(WANTED[1], effect="Deny", Condition=TAGGED)],
            [],
            [],
            id="tagged ones denied",
        ),
    ],
)
def test_policies_are_evaluated_as_iam_does(
    statements: list[Any], refused: list[str], partly: list[str]
) -> None:
    decided = roles.permitted([{"Statement": statements}], WANTED, ACCOUNT)
    assert (decided.refused, decided.partly) == (refused, partly)


def test_what_the_evaluator_does_not_know_could_not_be_checked(account: Sandbox, clone: Clone) -> None:
    make_role(
        account, "fix", allow({"Service": SSM}, {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), MAY_ALL
    )
    clone.configure(f"rules.{RUNBOOK}", f"arn:aws:iam::{ACCOUNT}:role/ops/fix")
    [unknown] = [one for one in examine(examination(clone)) if "IpAddress" in one.seen]
    assert (unknown.level, unknown.check) == ("could-not-check", "remediation-role")


def test_the_arn_in_use_is_looked_at_with_its_path(account: Sandbox, clone: Clone) -> None:
    make_role(account, "fix", allow({"Service": SSM}), MAY_ALL)
    chosen = f"arn:aws:iam::{ACCOUNT}:role/fix"
    clone.configure(f"rules.{RUNBOOK}", chosen)
    seen = f"would assume {chosen}, but the role is arn:aws:iam::{ACCOUNT}:role/ops/fix"
    assert found(remediation_role, examination(clone))[1] == ("error", POLICY, seen)


def test_a_generated_role_needs_nothing_beforehand(account: Sandbox, clone: Clone) -> None:
    account.calls.clear()
    assert found(remediation_role, examination(clone)) == [
        ("ok", KEYS, "rdk makes the runbook's role as it deploys"),
        ("ok", POLICY, "rdk makes the runbook's role as it deploys"),
    ]
    assert not list(account.calls)


def test_a_scoped_role_is_missing_until_it_is_published(account: Sandbox, clone: Clone) -> None:
    clone.configure(f"rules.{RUNBOOK}", "scoped")
    [_, before] = remediation_role.diagnose(examination(clone))
    assert (before.level, before.seen) == ("error", "the role rulebook-ResetPasswordPolicy does not exist")
    assert before.cure == "run `rulebook publish`"
    assert main(["--root", str(clone.project.root), "publish", "ResetPasswordPolicy", "--yes"]) == 0
    [_, after] = remediation_role.diagnose(examination(clone))
    assert (after.level, after.seen) == (
        "ok",
        f"the role rulebook-ResetPasswordPolicy trusts {SSM} and may do all that the runbook calls",
    )
    assert account.calls


@pytest.mark.parametrize(
    ("trust", "actions", "seen"),
    [
        pytest.param(
            allow({"Service": "lambda.amazonaws.com"}),
            MAY_ALL,
            "the role fix does not trust ssm.amazonaws.com for this account",
            id="trust",
        ),
        pytest.param(
            allow({"Service": SSM}),
            MAY_ALL[:1],
            "the role fix may not iam:UpdateAccountPasswordPolicy, sts:GetCallerIdentity",
            id="permissions",
        ),
    ],
)
def test_a_role_of_somebody_else_is_looked_into(
    account: Sandbox, clone: Clone, trust: dict[str, Any], actions: list[str], seen: str
) -> None:
    make_role(account, "fix", trust, actions)
    clone.configure(f"rules.{RUNBOOK}", f"arn:aws:iam::{ACCOUNT}:role/ops/fix")
    assert found(remediation_role, examination(clone))[1] == ("error", POLICY, seen)


def test_attached_policies_count(account: Sandbox, clone: Clone) -> None:
    make_role(account, "fix", allow({"Service": SSM}))
    account.client("iam").attach_role_policy(
        RoleName="fix", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    clone.configure(f"rules.{RUNBOOK}", f"arn:aws:iam::{ACCOUNT}:role/ops/fix")
    assert found(remediation_role, examination(clone))[1][0] == "ok"


def test_a_role_of_another_account_is_refused_without_a_call(account: Sandbox, clone: Clone) -> None:
    clone.configure(f"rules.{RUNBOOK}", "arn:aws:iam::210987654321:role/fix")
    account.calls.clear()
    assert found(remediation_role, examination(clone))[1] == (
        "error",
        POLICY,
        f"arn:aws:iam::210987654321:role/fix is a role of account 210987654321, not of {ACCOUNT}",
    )
    assert not list(account.calls)


def test_a_service_linked_role_forbids_assuming_it(account: Sandbox, clone: Clone) -> None:
    linked = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    set_up_config(account, role=linked)
    clone.configure(f"rules.{POLICY}.parameters", {})
    first, second = assume_role_mode.diagnose(examination(clone))
    assert (first.level, first.subject, first.seen) == OWN_ROLE
    assert (second.level, second.seen) == (
        "error",
        f"would assume arn:aws:iam::{ACCOUNT}:{linked}, which only Config itself can assume",
    )
    assert second.cure.startswith('set "AssumeRoleMode": "False"')


@pytest.mark.parametrize(
    ("principal", "level", "seen"),
    [
        pytest.param(
            {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "ok",
            "assumes the role config, which trusts the function's role",
            id="trusting",
        ),
        pytest.param(
            {"Service": "config.amazonaws.com"},
            "error",
            f"would assume the role config, which does not trust {FUNCTION}",
            id="trusting Config alone",
        ),
        pytest.param(None, "error", "would assume the role config, which does not exist", id="deleted"),
    ],
)
def test_a_recorder_role_must_trust_the_function(
    account: Sandbox, clone: Clone, principal: Any, level: str, seen: str
) -> None:
    if principal:
        make_role(account, "config", allow(principal))
    set_up_config(account, role="role/ops/config")
    clone.configure(f"rules.{POLICY}.parameters", {})
    assert found(assume_role_mode, examination(clone))[1] == (level, POLICY, seen)


def test_the_role_that_a_parameter_names_is_the_one_looked_at(account: Sandbox, clone: Clone) -> None:
    make_role(account, "reader", allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    clone.configure(f"rules.{POLICY}.parameters", {"ExecutionRoleName": "ops/reader"})
    assert found(assume_role_mode, examination(clone))[1] == (
        "ok",
        POLICY,
        "assumes the role reader, which trusts the function's role",
    )
