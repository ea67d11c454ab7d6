"""The roles that functions and runbooks assume, before they try."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operating.doctor.conftest import ACCOUNT, KEYS, POLICY, Clone, examination, found, set_up_config
from rulebook.cli import main
from rulebook.operating.doctor import roles
from rulebook.operating.doctor.checks import assume_role_mode, remediation_role
from rulebook.sandbox import Sandbox

SSM = "ssm.amazonaws.com"
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
    assert roles.trusts(trust, SSM, ACCOUNT) is expected


@pytest.mark.parametrize(
    ("allowed", "missing"),
    [
        pytest.param("*", [], id="everything"),
        pytest.param(["iam:Get*"], ["iam:DeleteAccessKey"], id="a pattern"),
        pytest.param(["IAM:getuser", "iam:deleteaccesskey"], [], id="case does not matter"),
        pytest.param([], ["iam:GetUser", "iam:DeleteAccessKey"], id="nothing"),
    ],
)
def test_missing_actions_are_those_no_statement_allows(allowed: Any, missing: list[str]) -> None:
    policy = {"Statement": {"Effect": "Allow", "Action": allowed, "Resource": "*"}}
    assert roles.missing_actions([policy], ["iam:GetUser", "iam:DeleteAccessKey"]) == missing


def test_a_denying_statement_allows_nothing() -> None:
    policy = {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    assert roles.missing_actions([policy], ["iam:GetUser"]) == ["iam:GetUser"]
    assert not roles.trusts_any_principal(
        {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}
    )


def test_a_generated_role_needs_nothing_beforehand(account: Sandbox, clone: Clone) -> None:
    account.calls.clear()
    assert found(remediation_role, examination(clone)) == [
        ("ok", KEYS, "rdk makes the runbook's role as it deploys"),
        ("ok", POLICY, "rdk makes the runbook's role as it deploys"),
    ]
    assert not list(account.calls)


def test_a_scoped_role_is_missing_until_it_is_published(account: Sandbox, clone: Clone) -> None:
    clone.configure(f"rules.{RUNBOOK}", "scoped")
    [_, before] = remediation_role.find(examination(clone))
    assert (before.level, before.seen) == ("error", "the role rulebook-ResetPasswordPolicy does not exist")
    assert before.cure == "run `rulebook publish`"
    assert main(["--root", str(clone.project.root), "publish", "ResetPasswordPolicy", "--yes"]) == 0
    [_, after] = remediation_role.find(examination(clone))
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
    first, second = assume_role_mode.find(examination(clone))
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
            "assumes the role config, which trusts an account or a role",
            id="trusting",
        ),
        pytest.param(
            {"Service": "config.amazonaws.com"},
            "error",
            "would assume the role config, which trusts no account or role",
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
        "assumes the role reader, which trusts an account or a role",
    )
