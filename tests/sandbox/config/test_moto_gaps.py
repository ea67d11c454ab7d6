"""What plain moto lacks, one test for each gap: when moto closes it, the test fails and our stand-in can go.

In a process of its own, because an extension that this process has loaded would hide the gap.
"""

import json
import subprocess
import sys

import pytest

OPERATIONS = [
    "get_compliance_details_by_config_rule",
    "get_compliance_details_by_resource",
    "describe_compliance_by_config_rule",
    "describe_config_rule_evaluation_status",
    "start_config_rules_evaluation",
    "put_remediation_configurations",
    "describe_remediation_configurations",
    "delete_remediation_configuration",
    "start_remediation_execution",
    "describe_remediation_execution_status",
    "put_remediation_exceptions",
    "describe_remediation_exceptions",
    "delete_remediation_exceptions",
]

GAPS = {
    f"Config has no {operation}": f"""
from moto.config.responses import ConfigResponse
assert not hasattr(ConfigResponse, {operation!r})
"""
    for operation in OPERATIONS
} | {
    "PutEvaluations works in TestMode only": """
from moto.config.models import config_backends
try:
    config_backends["123456789012"]["us-east-1"].put_evaluations([{}], "token", False)
except NotImplementedError:
    pass
else:
    raise AssertionError
""",
    "PutEvaluations refuses an empty list, which rdklib sends": """
from moto.config.exceptions import InvalidParameterValueException
from moto.config.models import config_backends
try:
    config_backends["123456789012"]["us-east-1"].put_evaluations([], "token", True)
except InvalidParameterValueException:
    pass
else:
    raise AssertionError
""",
    "a rule is made although Config may not invoke its function": """
import inspect
from moto.config.models import ConfigRule, Source
assert "policy" not in inspect.getsource(Source) + inspect.getsource(ConfigRule)
""",
    "Config does not record IAM users": """
from moto.config.models import RESOURCE_MAP
assert "AWS::IAM::User" not in RESOURCE_MAP
""",
    "CloudFormation has no Config rule": """
from moto.cloudformation.parsing import get_model_map
assert "AWS::Config::ConfigRule" not in get_model_map()
""",
    "CloudFormation has no remediation configuration": """
from moto.cloudformation.parsing import get_model_map
assert "AWS::Config::RemediationConfiguration" not in get_model_map()
""",
    "CloudFormation's document needs a format": """
from moto.cloudformation.parsing import get_model_map
from moto.ssm.exceptions import ValidationException
model = get_model_map()["AWS::SSM::Document"]
properties = {"DocumentType": "Automation", "Content": '{"schemaVersion": "0.3", "mainSteps": []}'}
try:
    model.create_from_cloudformation_json("Name", {"Properties": properties}, "123456789012", "us-east-1")
except ValidationException as refusal:
    assert "Invalid document format" in str(refusal.message)
else:
    raise AssertionError
""",
    "CloudFormation's document has no name of its stack": """
from moto.cloudformation.parsing import get_model_map
content = '{"schemaVersion": "0.3", "mainSteps": []}'
properties = {"DocumentType": "Automation", "DocumentFormat": "JSON", "Content": content}
made = get_model_map()["AWS::SSM::Document"].create_from_cloudformation_json(
    "stack-Document-ABC", {"Properties": properties}, "123456789012", "us-east-1"
)
assert made.name != "stack-Document-ABC"
""",
    "CloudFormation takes a template of any size": """
import json, boto3, moto
with moto.mock_aws():
    client = boto3.client("cloudformation", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    topic = {"Type": "AWS::SNS::Topic", "Metadata": "x" * 51_200}
    client.create_stack(StackName="large", TemplateBody=json.dumps({"Resources": {"Topic": topic}}))
""",
    "CloudFormation leaves AWS::NoValue in lists": """
from moto.cloudformation.parsing import clean_json
assert clean_json([{"Ref": "AWS::NoValue"}], {"AWS::NoValue": None}) == [None]
""",
}


RUN_EACH = """
import json, sys, traceback
outcomes = {}
for gap, program in json.load(sys.stdin).items():
    try:
        exec(program, {})
        outcomes[gap] = ""
    except Exception:
        outcomes[gap] = traceback.format_exc()
print(json.dumps(outcomes))
"""


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What is wrong with each gap's program, by gap; all run in one process."""
    done = subprocess.run(  # noqa: S603 - the programs of this file
        [sys.executable, "-W", "ignore", "-c", RUN_EACH],
        input=json.dumps(GAPS),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("gap", GAPS)
def test_plain_moto_still_has_the_gap(gap: str, outcomes: dict[str, str]) -> None:
    assert outcomes[gap] == ""
