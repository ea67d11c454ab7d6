"""What `rdk deploy` needs to be allowed: its own calls, and those that CloudFormation makes in its name.

Read in rdk's source (0.17.24, 1.0.0: the calls) and in its template (what CloudFormation creates). Names of
resources that CloudFormation makes up end in ``EXAMPLE`` here, so that policies by prefix are judged rightly.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rulebook.operating.doctor.examination import Examination
from rulebook.operating.doctor.rdk_layer import layer_arn
from rulebook.project.names import ROLE_PATH, code_bucket, function_name, rdk_stack, role_name
from rulebook.project.rdk_config import RuleConfig
from rulebook.project.rdk_config.roles import GENERATED, SCOPED

MAKE_ROLE = ("iam:CreateRole", "iam:GetRole", "iam:PutRolePolicy")


@dataclass(frozen=True)
class Need:
    """Actions that must be allowed on each of some resources.

    Attributes:
        actions: as IAM names them.
        resources: ARNs.
        passed_to: for ``iam:PassRole``, the service that gets the role.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    passed_to: str | None = None


def needs(examination: Examination) -> Iterator[Need]:
    """Yield what deploying every rule of rdk_config.json needs."""
    rules = list(examination.config.rules.values())
    here = f"{examination.region}:{examination.account_id}"
    arn = f"arn:{examination.partition}"
    stacks = [rdk_stack(rule.name) for rule in rules]
    bucket = code_bucket(examination.account_id, examination.region)
    yield Need(("s3:PutObject", "s3:GetObject"), (f"{arn}:s3:::{bucket}/EXAMPLE.zip",))
    yield Need(
        ("cloudformation:CreateStack", "cloudformation:DescribeStacks", "cloudformation:UpdateStack"),
        tuple(f"{arn}:cloudformation:{here}:stack/{stack}/EXAMPLE" for stack in stacks),
    )
    yield Need(("cloudformation:ListStacks",), ("*",))
    if layer := layer_arn(examination.region):
        yield Need(("lambda:GetLayerVersion",), (layer,))
    yield Need(
        (
            "lambda:AddPermission",
            "lambda:CreateFunction",
            "lambda:GetFunction",
            "lambda:PublishVersion",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ),
        tuple(f"{arn}:lambda:{here}:function:{function_name(rule.name)}" for rule in rules),
    )
    yield Need(("config:DescribeConfigRules",), ("*",))
    yield Need(
        ("config:PutConfigRule", "config:PutRemediationConfigurations"),
        (f"{arn}:config:{here}:config-rule/config-rule-example",),
    )
    yield Need(
        ("ssm:CreateDocument", "ssm:GetDocument"),
        tuple(f"{arn}:ssm:{here}:document/{stack}-{stack}RemediationAction-EXAMPLE" for stack in stacks),
    )
    roles = f"{arn}:iam::{examination.account_id}:role"
    functions = tuple(function_role(examination, rule.name) for rule in rules)
    yield Need((*MAKE_ROLE, "iam:AttachRolePolicy"), functions)
    yield Need(("iam:PassRole",), functions, "lambda.amazonaws.com")
    yield from _runbook_roles(rules, roles)


def function_role(examination: Examination, rule: str) -> str:
    """Return the ARN of the role that rdk makes for a rule's function, but for what CloudFormation adds."""
    path = f"role/rdk/{rdk_stack(rule)}-rdkLambdaRole-EXAMPLE"
    return f"arn:{examination.partition}:iam::{examination.account_id}:{path}"


def _runbook_roles(rules: list[RuleConfig], roles: str) -> Iterator[Need]:
    """Yield what the runbooks' roles need: rdk makes the generated ones; Config demands PassRole for each."""
    remedied = [rule for rule in rules if rule.remedy]
    generated = tuple(_generated(rule, roles) for rule in remedied if rule.remediation.role == GENERATED)
    if generated:
        yield Need(MAKE_ROLE, generated)
    if remedied:
        passed = tuple(_runbook_role(rule, roles) for rule in remedied)
        yield Need(("iam:PassRole",), passed, "ssm.amazonaws.com")


def _runbook_role(rule: RuleConfig, roles: str) -> str:
    role = rule.remediation.role
    if role == GENERATED:
        return _generated(rule, roles)
    if role == SCOPED:
        return f"{roles}{ROLE_PATH}{role_name(rule.remediation.document)}"
    return role


def _generated(rule: RuleConfig, roles: str) -> str:
    stack = rdk_stack(rule.name)
    return f"{roles}/rdk-remediation-role/{stack}-{stack}Role-EXAMPLE"
