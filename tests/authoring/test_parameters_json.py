"""parameters.json: what rdk is given, and what unmodified rdk makes of it for each choice of role."""

import json
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from authoring.conftest import Sample
from rulebook.authoring import render as build
from rulebook.authoring.checks.rdk_template import template_bytes
from rulebook.authoring.render import static_parameters
from rulebook.errors import ConfigurationError
from rulebook.project.names import role_arn, role_name
from rulebook.project.rdk_config import load_config
from sandbox.config.rdk_here import rdk_here

ARN = "arn:aws:iam::123456789012:role/ops/remediation"


def test_a_remediation_as_cloudformation_takes_it(sample: Sample) -> None:
    build.build(sample.project)
    assert sample.parameters()["Remediation"] == {
        "ConfigRuleName": "SAMPLE_RULE",
        "TargetType": "SSM_DOCUMENT",
        "TargetId": "TidySample",
        "Automatic": True,
        "MaximumAutomaticAttempts": 2,
        "RetryAttemptSeconds": 120,
        "ExecutionControls": {
            "SsmControls": {"ConcurrentExecutionRatePercentage": 20, "ErrorPercentage": 30}
        },
        "Parameters": {
            "AutomationAssumeRole": {"StaticValue": {"Values": [{"Fn::GetAtt": ["SAMPLERULERole", "Arn"]}]}},
            "SampleId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
            "MaxAge": {"StaticValue": {"Values": ["90"]}},
            "Action": {"StaticValue": {"Values": ["Delete"]}},
        },
    }


def test_a_manual_remediation_has_no_attempts(sample: Sample) -> None:
    sample.configure("remediation.trigger", "manual")
    build.build(sample.project)
    remediation = sample.parameters()["Remediation"]
    assert remediation["Automatic"] is False
    assert not {"MaximumAutomaticAttempts", "RetryAttemptSeconds"} & set(remediation)


def test_a_rule_that_changes_trigger_has_types_and_no_schedule(sample: Sample) -> None:
    sample.configure("frequency", None)
    sample.configure("resourceTypes", ["AWS::S3::Bucket", "AWS::SNS::Topic"])
    build.build(sample.project)
    parameters = sample.parameters()
    assert parameters["SourceEvents"] == "AWS::S3::Bucket,AWS::SNS::Topic"
    assert "SourcePeriodic" not in parameters


def test_the_rest_of_parameters_json(sample: Sample) -> None:
    build.build(sample.project)
    rest = {name: value for name, value in sample.parameters().items() if name != "Remediation"}
    assert rest == {
        "RuleName": "SAMPLE_RULE",
        "Description": "Samples are tidy.",
        "SourceRuntime": "python3.13-lib",
        "CodeKey": "SAMPLE_RULE.zip",
        "InputParameters": "{}",
        "OptionalParameters": '{"maxAge": "90", "strict": "false", "AssumeRoleMode": "False"}',
        "SourcePeriodic": "TwentyFour_Hours",
        "SSMAutomation": {
            "Document": "../ssm_docs/TidySample/TidySample.json",
            "IAM": ["iam:DeleteUser", "iam:ListUsers"],
        },
    }


def test_exemptions_reach_rule_and_document_alike(sample: Sample) -> None:
    sample.configure("exemptions", [{"users": "svc-*", "reason": "x", "until": "2999-12-31"}])
    build.build(sample.project)
    parameters = sample.parameters()
    assert json.loads(parameters["OptionalParameters"])["exemptUsers"] == "svc-*:2999-12-31"
    assert parameters["Remediation"]["Parameters"]["ExemptUsers"] == {
        "StaticValue": {"Values": ["svc-*:2999-12-31"]}
    }


def test_static_parameters_are_those_of_the_remediation(sample: Sample) -> None:
    rule = load_config(sample.project).rules["SAMPLE_RULE"]
    assert static_parameters(sample.project, rule) == {"MaxAge": "90", "Action": "Delete"}


def test_static_parameters_of_a_missing_document_are_an_error(sample: Sample) -> None:
    sample.configure("remediation.document", "Missing")
    with pytest.raises(
        ConfigurationError, match=r"ssm_docs/: there is no document Missing; choose from TidySample"
    ):
        static_parameters(sample.project, load_config(sample.project).rules["SAMPLE_RULE"])


def rdk_template(sample: Sample, rule: str = "SAMPLE_RULE") -> dict[str, Any]:
    """Return what `rdk create-rule-template` makes: the remediation's code is that of `rdk deploy`, without AWS."""
    output = sample.project.root / "template.json"
    arguments = ["create-rule-template", "--rules-only", "-o", str(output), rule]
    rdk_here(arguments, sample.project.root / "rules", {"AWS_DEFAULT_REGION": "us-east-1"})
    template: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return template


ROLES = [
    ("generated", {"Fn::GetAtt": ["SAMPLERULERole", "Arn"]}, True),
    ("scoped", {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/rulebook/rulebook-TidySample"}, False),
    (ARN, ARN, False),
]  # fmt: skip


@pytest.mark.parametrize(("role", "value", "makes_a_role"), ROLES, ids=["generated", "scoped", "arn"])
def test_rdk_deploys_each_choice_of_role(
    sample: Sample,
    role: str,
    value: Any,
    makes_a_role: bool,
) -> None:
    """With SSMAutomation.IAM rdk makes a role and writes it in; without, it leaves the value alone."""
    sample.configure("remediation.role", role)
    build.build(sample.project)
    resources = rdk_template(sample)["Resources"]
    parameters = resources["SAMPLERULERemediation"]["Properties"]["Parameters"]
    assert parameters["AutomationAssumeRole"] == {"StaticValue": {"Values": [value]}}
    assert ("SAMPLERULERole" in resources, "SAMPLERULEPolicy" in resources) == (makes_a_role, makes_a_role)


def test_rdk_makes_the_document_and_points_the_remediation_to_it(sample: Sample) -> None:
    build.build(sample.project)
    resources = rdk_template(sample)["Resources"]
    assert resources["SAMPLERULERemediationAction"]["Properties"]["Content"] == json.loads(
        sample.built[1].read_text(encoding="utf-8")
    )
    assert resources["SAMPLERULERemediation"]["Properties"]["TargetId"] == {
        "Ref": "SAMPLERULERemediationAction"
    }


def test_the_scoped_roles_arn_names_no_account() -> None:
    assert role_arn(role_name("X")) == "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/rulebook/rulebook-X"


def test_rdk_reads_its_regions_from_rdk_config(sample: Sample) -> None:
    """`rdk -f rdk_config.json deploy`: the key default, whatever else the file holds."""
    asked = SimpleNamespace(region_set=None, region_file=str(sample.project.config))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # rdk leaves the file to the garbage collector
        assert imported_rdk().parse_region_file(asked) == ["us-east-1"]


@pytest.mark.parametrize("role", ["generated", "scoped"])
def test_the_templates_size_is_what_rdk_would_send(sample: Sample, role: str) -> None:
    """Composed with rdk's own template and functions, as its `deploy` does (0.17.24; 1.0.0 is 7 bytes smaller)."""
    sample.configure("remediation.role", role)
    build.build(sample.project)
    content = json.loads(sample.built[1].read_text(encoding="utf-8"))
    estimate = template_bytes({"Parameters": sample.parameters()}, content)
    assert 0 <= estimate - len(json.dumps(deployed(sample, content), indent=2)) <= 7


def deployed(sample: Sample, content: Any) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - beside rdk, which imports it too

    rdk = imported_rdk()
    maker = rdk.rdk(SimpleNamespace(command="create"))
    parameters = sample.parameters()
    template = Path(rdk.__file__).parent / "template" / "configRule.yaml"
    body: dict[str, Any] = yaml.safe_load(template.read_text(encoding="utf-8"))
    remediation = maker._rdk__create_remediation_cloudformation_block(parameters["Remediation"])
    remediation["DependsOn"] = ["rdkConfigRule", "SAMPLERULERemediationAction"]
    remediation["Properties"]["TargetId"] = {"Ref": "SAMPLERULERemediationAction"}
    body["Resources"]["Remediation"] = remediation
    body["Resources"]["SAMPLERULERemediationAction"] = {
        "Type": "AWS::SSM::Document",
        "Properties": {"DocumentType": "Automation", "Content": content},
    }
    if "IAM" in parameters["SSMAutomation"]:
        role, policy = maker._rdk__create_automation_iam_cloudformation_block(
            parameters["SSMAutomation"], "SAMPLE_RULE"
        )
        body["Resources"] |= {"SAMPLERULERole": role, "SAMPLERULEPolicy": policy}
    return body


def imported_rdk() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdk's own
        from rdk import rdk  # noqa: PLC0415 - its warnings are caught only here
    return rdk
