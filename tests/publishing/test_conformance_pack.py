"""`rulebook conformance-pack`: what an organization's accounts get, within what AWS Config takes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.render.reading import read_document
from rulebook.cli import main
from rulebook.project import Project
from rulebook.project.rdk_config import RuleConfig, load_config
from rulebook.publishing.conformance_pack import PackRefused, members_template, render_pack
from rulebook.publishing.published import publications
from shipped.pairs import SETTINGS, copy_shipped

from .linting import faults
from .published import PROJECT

if TYPE_CHECKING:
    Run = Callable[..., tuple[int, str, str]]

KEYS, POLICY = "ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM"
MAX_AGE = {"Ref": "AccessKeysRotatedCustomParamMaxAccessKeyAge"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a clone of the project."""
    copy_shipped(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs the command in a project, as shipped or changed: exit code, stdout, stderr."""

    def conformance_pack(*options: str, root: Path = PROJECT.root) -> tuple[int, str, str]:
        code = main(["--root", str(root), "conformance-pack", *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return conformance_pack


@pytest.fixture(scope="module")
def pack() -> str:
    """The pack as shipped."""
    return render_pack([pair(PROJECT.root, rule) for rule in (KEYS, POLICY)], None)


def configure(root: Path, rule: str, place: str, value: Any) -> None:
    """Set one value of a rule's entry; ``place`` is a dotted path."""
    config = json.loads((root / "rdk_config.json").read_text(encoding="utf-8"))
    *parents, last = place.split(".")
    entry = config["rules"][rule]
    for parent in parents:
        entry = entry[parent]
    entry[last] = value
    (root / "rdk_config.json").write_text(json.dumps(config), encoding="utf-8")


def pair(root: Path, rule: str) -> tuple[RuleConfig, AuthoredDocument]:
    """Return a rule with its document."""
    project = Project(root)
    config = load_config(project).rules[rule]
    return config, read_document(project, project.documents()[config.remediation.document])


def test_the_linter_would_tell(pack: str) -> None:
    assert faults(pack.replace("TargetType: SSM_DOCUMENT", "TargetTipe: SSM_DOCUMENT"))


def test_the_pack_is_clean_and_holds_what_a_pack_may(pack: str) -> None:
    assert faults(pack) == []
    assert {one["Type"] for one in yaml.safe_load(pack)["Resources"].values()} == {
        "AWS::Config::ConfigRule",
        "AWS::Config::RemediationConfiguration",
    }


def test_the_command_prints_the_pack_and_the_same_each_time(run: Run, pack: str) -> None:
    assert run() == run() == (0, pack, "")


def test_the_rule_calls_the_function_of_one_account_and_reads_its_own(pack: str) -> None:
    resources = yaml.safe_load(pack)["Resources"]
    assert resources["ACCESSKEYSROTATEDCUSTOM"]["Properties"] == {
        "ConfigRuleName": KEYS,
        "Description": "IAM users have no active access key older than 90 days (CIS 1.4).",
        "InputParameters": {"ExecutionRoleName": "rulebook/rulebook-evaluators", "maxAccessKeyAge": MAX_AGE},
        "Source": {
            "Owner": "CUSTOM_LAMBDA",
            "SourceIdentifier": {
                "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${FunctionAccount}:function:"
                "RDK-Rule-Function-ACCESSKEYSROTATEDCUSTOM"
            },
            "SourceDetails": [
                {
                    "EventSource": "aws.config",
                    "MessageType": "ScheduledNotification",
                    "MaximumExecutionFrequency": "TwentyFour_Hours",
                }
            ],
        },
    }


def test_the_remediation_uses_each_accounts_own_document_and_role(pack: str) -> None:
    resources = yaml.safe_load(pack)["Resources"]
    assert resources["ACCESSKEYSROTATEDCUSTOMRemediation"] == {
        "Type": "AWS::Config::RemediationConfiguration",
        "DependsOn": "ACCESSKEYSROTATEDCUSTOM",
        "Properties": {
            "ConfigRuleName": KEYS,
            "TargetType": "SSM_DOCUMENT",
            "TargetId": "Rulebook-DeleteStaleAccessKeys",
            "Automatic": True,
            "MaximumAutomaticAttempts": 1,
            "RetryAttemptSeconds": 60,
            "ExecutionControls": {
                "SsmControls": {"ConcurrentExecutionRatePercentage": 10, "ErrorPercentage": 10}
            },
            "Parameters": {
                "AutomationAssumeRole": {
                    "StaticValue": {
                        "Values": [
                            {
                                "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/rulebook/"
                                "rulebook-DeleteStaleAccessKeys"
                            }
                        ]
                    }
                },
                "IAMUserId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
                "MaxAccessKeyAge": {"StaticValue": {"Values": [MAX_AGE]}},
                "Action": {"StaticValue": {"Values": [{"Ref": "AccessKeysRotatedCustomParamAction"}]}},
            },
        },
    }


def test_parameters_have_the_values_of_rdk_config_as_defaults(root: Path, run: Run) -> None:
    configure(root, KEYS, "exemptions", [{"users": "svc-*", "reason": "vendor", "until": "2027-03-31"}])
    parameters = yaml.safe_load(run(KEYS, root=root)[1])["Parameters"]
    assert {name: one.get("Default") for name, one in parameters.items()} == {
        "FunctionAccount": None,
        "AccessKeysRotatedCustomParamMaxAccessKeyAge": "90",
        "AccessKeysRotatedCustomParamExemptUsers": "svc-*:2027-03-31",
        "AccessKeysRotatedCustomParamAction": "Delete",
    }


def test_assume_role_mode_false_would_judge_the_functions_own_account(pack: str) -> None:
    assert "AssumeRoleMode" in SETTINGS.read_text(encoding="utf-8")
    assert "AssumeRoleMode" not in pack


def test_the_function_account_can_be_a_default(run: Run) -> None:
    parameters = yaml.safe_load(run("--function-account", "210987654321")[1])["Parameters"]
    assert parameters["FunctionAccount"]["Default"] == "210987654321"


def test_a_role_of_ones_own_is_looked_for_in_each_account(root: Path, run: Run) -> None:
    configure(root, POLICY, "remediation.role", "arn:aws:iam::123456789012:role/ops/fix")
    assert "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ops/fix" in run(root=root)[1]
    assert "123456789012" not in run(root=root)[1]


def test_an_execution_role_of_ones_own_is_kept(root: Path, run: Run) -> None:
    configure(root, POLICY, "parameters", {"ExecutionRoleName": "audit"})
    pack = yaml.safe_load(run(POLICY, root=root)[1])
    reference = pack["Resources"]["IAMPASSWORDPOLICYCUSTOM"]["Properties"]["InputParameters"]
    assert reference == {"ExecutionRoleName": {"Ref": "IamPasswordPolicyCustomParamExecutionRoleName"}}


def test_a_manual_remediation_has_no_attempts(root: Path, run: Run) -> None:
    configure(root, KEYS, "remediation.trigger", "manual")
    pack = run(KEYS, root=root)[1]
    assert "Automatic: false" in pack
    assert "MaximumAutomaticAttempts" not in pack
    assert faults(pack) == []


WHAT = ["evaluators", "DeleteStaleAccessKeys", "ResetPasswordPolicy"]


@pytest.mark.parametrize("what", WHAT)
def test_each_stack_of_the_members_is_clean_and_fits(run: Run, what: str) -> None:
    code, text, said = run("--members", what)
    assert (code, said) == (0, "")
    assert len(text.encode()) <= 51_200
    [published] = publications(PROJECT, load_config(PROJECT), [what])
    if what == "evaluators":
        assert faults(text) == []
    else:  # what `rulebook publish` makes, which another test lints
        assert json.loads(text) == published.template
    kinds = {one["Type"] for one in json.loads(text)["Resources"].values()}
    assert kinds == {"AWS::IAM::Role"} | ({"AWS::SSM::Document"} if what != "evaluators" else set())


def test_the_members_evaluator_role_trusts_the_functions_alone(run: Run) -> None:
    role = json.loads(run("--members", "evaluators")[1])["Resources"]["Role"]["Properties"]
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${FunctionAccount}:root"}},
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnLike": {
                    "aws:PrincipalArn": {
                        "Fn::Sub": "arn:${AWS::Partition}:iam::${FunctionAccount}:role/rdk/*"
                    }
                }
            },
        }
    ]


def test_a_members_stack_beyond_51200_bytes_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack's command once printed one of 51,510 bytes and said nothing."""
    size = len(run("--members", WHAT[1])[1].rstrip("\n").encode())
    monkeypatch.setattr("rulebook.publishing.template.LARGEST", size)
    assert run("--members", WHAT[1])[0] == 0
    monkeypatch.setattr("rulebook.publishing.template.LARGEST", size - 1)
    code, out, err = run("--members", WHAT[1])
    assert (code, out) == (2, "")
    assert f"stack rulebook-{WHAT[1]}: the template has {size:,} bytes" in err


def test_the_pack_names_only_what_the_members_stacks_make(pack: str) -> None:
    stacks = map(members_template, publications(PROJECT, load_config(PROJECT)))
    resources = [one for stack in stacks for one in stack["Resources"].values()]
    made = {one["Properties"]["Name"] for one in resources if one["Type"] == "AWS::SSM::Document"}
    roles = {
        one["Properties"]["Path"].lstrip("/") + one["Properties"]["RoleName"]
        for one in resources
        if one["Type"] == "AWS::IAM::Role"
    }
    held = yaml.safe_load(pack)["Resources"].values()
    remediations = [one["Properties"] for one in held if one["Type"].endswith("RemediationConfiguration")]
    rules = [one["Properties"] for one in held if one["Type"].endswith("ConfigRule")]
    assumed = [one["Parameters"]["AutomationAssumeRole"]["StaticValue"]["Values"][0] for one in remediations]
    assert {one["TargetId"] for one in remediations} == made
    assert {one["Fn::Sub"].partition(":role/")[2] for one in assumed} | {
        one["InputParameters"]["ExecutionRoleName"] for one in rules
    } == roles


KEY_PAIR = pair(PROJECT.root, KEYS)
# What some reader of YAML takes for a number, a boolean, a date or nothing, though it is a text.
TRAPS = ["012345678901", "0o17", "1e3", "1_000", "0x1F", "on", "No", "y", "null", "~", "2024-01-01", "12:30"]


@pytest.mark.parametrize("value", [*TRAPS, "= x", "", "a: b", "#c"])
def test_every_text_of_the_pack_is_one_to_every_reader_of_yaml(value: str) -> None:
    """The function of account 012345678901 was once looked for in account 1402433217."""
    text = render_pack([KEY_PAIR], value or "000000000000")
    [line] = [line for line in text.splitlines() if line.startswith("    Default: ")][:1]
    assert line == f"    Default: '{value or '000000000000'}'"
    assert yaml.safe_load(text)["Parameters"]["FunctionAccount"]["Default"] == (value or "000000000000")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("NO_SUCH_RULE",), "there is no rule NO_SUCH_RULE", id="rule"),
        pytest.param(("--function-account", "12"), "an account id has twelve digits", id="account"),
        pytest.param(
            ("--members", "evaluators", "--function-account", "210987654321"),
            "not allowed with argument",
            id="both",
        ),
        pytest.param(("--members", "Nope"), "there is no document Nope", id="document"),
    ],
)
def test_wrong_arguments_exit_2_and_print_nothing(run: Run, options: tuple[str, ...], said: str) -> None:
    code, out, err = run(*options)
    assert (code, out) == (2, "")
    assert said in err


def test_a_missing_document_exits_2(root: Path, run: Run) -> None:
    shutil.rmtree(root / "ssm_docs" / "ResetPasswordPolicy")
    code, out, err = run(root=root)
    assert (code, out) == (2, "")
    assert "ssm_docs/: there is no document ResetPasswordPolicy; choose from DeleteStaleAccessKeys" in err


def test_a_document_that_would_not_run_is_not_spread(root: Path, run: Run) -> None:
    authored = root / "ssm_docs" / "ResetPasswordPolicy" / "document.yaml"
    text = authored.read_text(encoding="utf-8")
    authored.write_text(text.replace('schemaVersion: "0.3"', 'schemaVersion: "0.2"'), encoding="utf-8")
    code, out, err = run(root=root)
    assert (code, out) == (2, "")
    assert "ssm_docs/ResetPasswordPolicy/document.yaml:13:1: schemaVersion" in err


def test_more_parameters_than_config_takes_are_refused(root: Path) -> None:
    configure(root, KEYS, "parameters", {f"p{number}": 1 for number in range(59)})
    with pytest.raises(
        PackRefused, match="61 parameters, more than Config's 60; render some rules at a time"
    ):
        render_pack([pair(root, KEYS)], None)


def test_a_pack_beyond_51200_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = render_pack([KEY_PAIR], None)
    size = len(text.encode())
    monkeypatch.setattr("rulebook.publishing.conformance_pack.LARGEST", size)
    assert render_pack([KEY_PAIR], None) == text
    monkeypatch.setattr("rulebook.publishing.conformance_pack.LARGEST", size - 1)
    with pytest.raises(PackRefused, match="more than Config's"):
        render_pack([KEY_PAIR], None)


def test_names_that_a_pack_cannot_tell_apart_are_refused(root: Path) -> None:
    configure(root, KEYS, "parameters", {"max_age": 1, "maxage": 1})
    same = pair(root, KEYS)
    with pytest.raises(PackRefused, match="maxage is AccessKeysRotatedCustomParamMaxage in a pack"):
        render_pack([same], None)


def test_the_same_rule_twice_is_refused() -> None:
    with pytest.raises(PackRefused, match="is ACCESSKEYSROTATEDCUSTOM in a pack, as another is; rename one"):
        render_pack([KEY_PAIR, KEY_PAIR], None)


def test_a_rule_that_changes_trigger_has_a_scope_and_no_schedule(root: Path, run: Run) -> None:
    config = json.loads((root / "rdk_config.json").read_text(encoding="utf-8"))
    del config["rules"][KEYS]["frequency"]
    config["rules"][KEYS]["resourceTypes"] = ["AWS::IAM::User"]
    (root / "rdk_config.json").write_text(json.dumps(config), encoding="utf-8")
    rule = yaml.safe_load(run(KEYS, root=root)[1])["Resources"]["ACCESSKEYSROTATEDCUSTOM"]["Properties"]
    assert rule["Scope"] == {"ComplianceResourceTypes": ["AWS::IAM::User"]}
    assert rule["Source"]["SourceDetails"] == [
        {"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"},
        {"EventSource": "aws.config", "MessageType": "OversizedConfigurationItemChangeNotification"},
    ]
