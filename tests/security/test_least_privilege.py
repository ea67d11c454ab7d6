"""The roles may do what the runs really call; an exempt user is out of reach even of an altered script."""

import copy
import importlib
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
import pytest

from faults.lab import DOCUMENTS, PROJECT, RULES, Lab, key, keys_of
from faults.lab import YEARS as LONG_AGO
from faults.scenarios import EMPTY, KEY_RULE, KEYS, POLICY, crowd
from publishing.published import resolved
from rulebook.iam.policy import Decision, decide
from rulebook.publishing.policies import evaluator_policy, runbook_policy
from rulebook.publishing.template import document_template, evaluators_template
from rulebook.sandbox.credentials import FUNCTIONS

TAG = "rotation=manual"
# What rdklib calls to report (rdklib/util/evaluations.py).
RDKLIBS = {"config:GetComplianceDetailsByConfigRule", "config:PutEvaluations"}


def stated(folder: Any) -> list[str]:
    actions: list[str] = json.loads(folder.permissions.read_text(encoding="utf-8"))
    return actions


def role_of(document: str, *tags: str) -> dict[str, Any]:
    policy: dict[str, Any] = resolved(runbook_policy(stated(PROJECT.documents()[document]), tags))
    return policy


def outcomes_of(document: str) -> set[str]:
    """Return the outcomes that the document itself says it may have."""
    found = re.search(r"Outcomes: ([\w, ]+)\.", DOCUMENTS[document]["description"])
    assert found
    return set(found[1].split(", "))


def actions(lab: Lab, role: str) -> set[str]:
    """Return what the role called, as IAM names it; nothing may have been denied."""
    calls = [one for one in lab.account.calls if one.principal == role]
    denied = [one for one in calls if "Denied" in (one.error_code or "")]
    assert denied == []
    return {f"{one.service}:{one.operation}" for one in calls}


# What is called, and what may be called


def key_runs(lab: Lab) -> Iterator[dict[str, str]]:
    """Prepare the account for one run after the other that ends in each way there is."""
    for recorded in (True, False):
        for action in ("Delete", "Deactivate"):
            for dry_run in ("true", "false"):
                lab.restore(EMPTY)
                alice = lab.account.add_user("alice", LONG_AGO, keys=[key(120), key(60)])
                lab.config_records(recorded)
                yield {"IAMUserId": alice, "Action": action, "DryRun": dry_run, "MaxCredentialUsageAge": "45"}
        yield {"IAMUserId": alice, "MaxAccessKeyAge": "3650"}
        yield {"IAMUserId": alice.replace("A", "B")}
    yield {"IAMUserId": lab.account.add_user("keeper", LONG_AGO, keys=[key(120)]), "ExemptUsers": "keep*"}


def policy_runs(lab: Lab) -> Iterator[dict[str, str]]:
    """Do the same for the password policy."""
    lab.restore(EMPTY)
    for dry_run in ("true", "false", "false"):
        yield {"AccountId": lab.account.account_id, "DryRun": dry_run}


@pytest.mark.parametrize(("document", "runs"), [(KEYS, key_runs), (POLICY, policy_runs)], ids=[KEYS, POLICY])
def test_the_calls_of_every_outcome_together_are_the_permissions(document: str, runs: Any, lab: Lab) -> None:
    lab.account.calls.clear()
    outcomes = set()
    with lab.as_role(role_of(document, TAG)) as role:
        for parameters in runs(lab):
            execution = lab.run(document, **parameters)
            assert execution.status == "Success", execution.failure_message
            outcomes.add(execution.outputs[f"{document}.Outcome"])
        assert outcomes == outcomes_of(document)
        assert sorted(actions(lab, role)) == stated(PROJECT.documents()[document])


@pytest.mark.parametrize("rule", RULES)
def test_the_calls_of_every_verdict_together_are_the_rules_permissions(rule: str, lab: Lab) -> None:
    permissions = stated(PROJECT.rules()[rule])
    lab.restore(EMPTY)
    crowd(lab)
    lab.make_report()
    lab.account.calls.clear()
    seen = set()
    with lab.as_role(resolved(evaluator_policy(permissions)), FUNCTIONS) as role:
        for parameters in evaluations(rule):
            lab.earlier(rule, {})
            lab.evaluate(rule, parameters)
            seen |= {compliance for compliance, _ in lab.reported(rule).values()}
        assert seen == {"COMPLIANT", "NON_COMPLIANT"}
        assert sorted(actions(lab, role) - RDKLIBS) == permissions


def evaluations(rule: str) -> list[dict[str, str]]:
    if rule == KEY_RULE:
        return [{"maxCredentialUsageAge": "45", "exemptTag": "keep"}]
    anything = dict.fromkeys(
        ["RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireSymbols"], "false"
    )
    return [{}, anything | {"MinimumPasswordLength": "6", "PasswordReusePrevention": "1"}]


# Out of reach


def every_iam_action() -> list[str]:
    model = botocore.session.get_session().get_service_model("iam")
    return [f"iam:{one}" for one in model.operation_names]


@pytest.mark.parametrize(
    "tags", [{"rotation": "manual"}, {"ROTATION": "manual"}, {}, {"rotation": "auto"}], ids=str
)
@pytest.mark.parametrize("path", ["", "division/team/"])
def test_of_all_that_iam_can_do_the_role_may_only_read_an_exempt_user(
    tags: Mapping[str, str], path: str
) -> None:
    policy = role_of(KEYS, TAG)
    arn = f"arn:aws:iam::123456789012:user/{path}alice"
    context: dict[str, str | list[str]] = {f"aws:ResourceTag/{name}": value for name, value in tags.items()}
    may = {
        action for action in every_iam_action() if decide([policy], action, arn, context) is Decision.ALLOWED
    }
    changes = {"iam:DeleteAccessKey", "iam:UpdateAccessKey"}
    known = {one for one in stated(PROJECT.documents()[KEYS]) if one.startswith("iam:")}
    exempt = [name.lower() for name, value in tags.items() if value == "manual"] == ["rotation"]
    assert may == known - (changes if exempt else set())


def test_a_user_of_another_account_is_out_of_reach() -> None:
    arn = "arn:aws:iam::999999999999:user/alice"
    may = {one for one in every_iam_action() if decide([role_of(KEYS)], one, arn) is Decision.ALLOWED}
    assert may == {"iam:ListUsers"}  # which names no user


@pytest.mark.parametrize("action", ["Delete", "Deactivate"])
def test_a_script_that_forgets_exemptions_is_stopped_by_the_role(action: str, lab: Lab) -> None:
    altered = copy.deepcopy(DOCUMENTS[KEYS])
    for step in altered["mainSteps"]:
        script = step["inputs"]["Script"]
        step["inputs"]["Script"] = re.sub(
            r"(\ndef exemption\(.*?:\n)", r'\1    return ""\n', script, count=1, flags=re.DOTALL
        )
    assert altered != DOCUMENTS[KEYS]
    lab.restore(EMPTY)
    keeper = lab.account.add_user("keeper", LONG_AGO, keys=[key(120), key(130)], tags={"Rotation": "manual"})
    before = keys_of(lab.state())
    parameters = {"IAMUserId": keeper, "ExemptTag": TAG, "Action": action}

    with lab.as_role(role_of(KEYS, TAG)):
        execution = lab.run(altered, **parameters)
    assert keys_of(lab.state()) == before
    assert (execution.status, "explicit deny" in execution.failure_message) == ("Failed", True)

    with lab.as_role(role_of(KEYS)):  # without the denial the altered script does its harm: it really tries
        lab.run(altered, **parameters)
    assert keys_of(lab.state()) != before


# Tries, on an exempt user, all that could end with its keys gone: the key, the protecting tag, the user.
TRIES = """
import boto3
from botocore.exceptions import ClientError

def attack(events, context):
    iam = boto3.client("iam")
    [first, *_] = iam.list_access_keys(UserName="keeper")["AccessKeyMetadata"]
    key = {"UserName": "keeper", "AccessKeyId": first["AccessKeyId"]}
    tries = {
        "delete": lambda: iam.delete_access_key(**key),
        "switch off": lambda: iam.update_access_key(**key, Status="Inactive"),
        "untag": lambda: iam.untag_user(UserName="keeper", TagKeys=["rotation"]),
        "retag": lambda: iam.tag_user(UserName="keeper", Tags=[{"Key": "rotation", "Value": "auto"}]),
        "rename": lambda: iam.update_user(UserName="keeper", NewUserName="fair-game"),
        "delete user": lambda: iam.delete_user(UserName="keeper"),
        "new key": lambda: iam.create_access_key(UserName="keeper"),
        "own policy": lambda: iam.put_role_policy(
            RoleName="tried", PolicyName="tried", PolicyDocument='{"Version": "2012-10-17", "Statement": []}'
        ),
    }
    answers = {}
    for name, attempt in tries.items():
        try:
            attempt()
            answers[name] = "done"
        except ClientError as error:
            answers[name] = error.response["Error"]["Code"]
    return answers
"""


def test_no_way_round_the_denial_through_the_server(lab: Lab) -> None:
    hostile = copy.deepcopy(DOCUMENTS[KEYS])
    step = hostile["mainSteps"][0]
    step["inputs"] |= {"Script": TRIES, "Handler": "attack"}
    step |= {"outputs": [], "isEnd": True}
    step.pop("nextStep")
    hostile |= {"mainSteps": [step], "outputs": ["DeleteStaleAccessKeys.Payload"]}
    lab.restore(EMPTY)
    lab.account.add_user("keeper", LONG_AGO, keys=[key(120)], tags={"rotation": "manual"})
    before = lab.state()
    with lab.as_role(role_of(KEYS, TAG)):
        execution = lab.run(hostile, IAMUserId="keeper")
    answers = execution.outputs["DeleteStaleAccessKeys.Payload"]
    assert set(answers.values()) == {"AccessDenied"}
    assert len(answers) == 8
    assert lab.state() == before


# Every policy that is rendered


def test_parliament_finds_nothing_in_any_policy_of_the_rendered_stack() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pkg_resources, which parliament imports
        parliament: Any = importlib.import_module("parliament")  # untyped

        permissions = {name: stated(folder) for name, folder in PROJECT.documents().items()}
        read = [one for rule in PROJECT.rules().values() for one in stated(rule)]
        tags = {KEYS: [TAG, "keep"]}
        rendered = [
            document_template(name, content, permissions[name], tags.get(name, []))
            for name, content in DOCUMENTS.items()
        ]
        policies = [
            resolved(policy)
            for policy in identity_policies([*rendered, evaluators_template(sorted(set(read)))])
        ]
        found = [
            str(one)
            for policy in policies
            for one in parliament.analyze_policy_string(json.dumps(policy)).findings
        ]
    assert (len(policies), found) == (3, [])


def identity_policies(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every policy document in a template; those with a Principal are trust policies."""
    if isinstance(part, dict):
        statements = part.get("Statement")
        if statements and not any("Principal" in one for one in statements):
            yield part
        for one in part.values():
            yield from identity_policies(one)
    elif isinstance(part, list):
        for one in part:
            yield from identity_policies(one)
