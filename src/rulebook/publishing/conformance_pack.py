"""A conformance pack: the rules and their remediations for every account of an organization.

What works there, and why it differs from what ``rdk deploy`` deploys (docs/organizations.md has the steps):

- a pack holds Config rules and remediations only, no functions, documents or roles:
  https://docs.aws.amazon.com/config/latest/APIReference/API_PutOrganizationConformancePack.html
- the functions are those of one account and are called by rdk's names; the parameter ``FunctionAccount`` says
  which. Each reads a member account through a role there (rule parameter ``ExecutionRoleName``), so
  ``AssumeRoleMode`` must not be ``False``: the function's own role would judge its own account instead.
- documents and roles have the same names in every member account: the stack of ``members_template``.
- rule names are literal: Config adds a suffix of its own, and was seen to ignore intrinsics there. Elsewhere
  the pack's template knows them, since CloudFormation deploys it.
- a parameter that the rule shares with its runbook is one parameter of the pack: they cannot drift apart.
"""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.render.parameters_json import remediation
from rulebook.errors import RulebookError
from rulebook.project.names import (
    EVALUATOR_ROLE,
    EVALUATORS,
    ROLE_PATH,
    document_name,
    function_name,
    logical_name,
    pack_parameter,
    pack_remediation,
    parameter_of_document,
    role_arn,
    role_name,
)
from rulebook.project.rdk_config import RuleConfig
from rulebook.project.rdk_config.roles import GENERATED, SCOPED
from rulebook.publishing.published import Publication
from rulebook.publishing.template import LARGEST, ROLE, LogicalIdTaken, Template, put_resource

FUNCTION_ACCOUNT = "FunctionAccount"
EXECUTION_ROLE = f"{ROLE_PATH.strip('/')}/{EVALUATOR_ROLE}"  # rdklib puts it behind "arn:...:role/"
ONLY_IN_ONE_ACCOUNT = "AssumeRoleMode"
HEADING = "# Rendered by `rulebook conformance-pack` from rdk_config.json; see docs/organizations.md.\n"

# Texts that every reader of YAML takes for texts.
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_:/-]*[A-Za-z0-9]|[A-Za-z]")
WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

# https://docs.aws.amazon.com/config/latest/APIReference/API_PutOrganizationConformancePack.html
MOST_PARAMETERS = 60
LONGEST_NAME = 255  # characters of a parameter's name


class PackRefused(RulebookError):
    """AWS Config would refuse the pack."""


def render_pack(
    pairs: Iterable[tuple[RuleConfig, AuthoredDocument | None]], function_account: str | None
) -> str:
    """Return the pack's template, YAML; the same for the same files.

    Args:
        pairs: each rule with its document; None for one that has no remediation.
        function_account: default of that parameter; without one, whoever puts the pack must give it.

    Raises:
        PackRefused: a limit of Config would be exceeded, or two parameters would share a name.
    """
    pack = _Pack(function_account)
    for rule, document in pairs:
        pack.add(rule, document)
    template = {"Parameters": pack.parameters, "Resources": pack.resources}
    text = HEADING + yaml.dump(template, Dumper=_Dumper, sort_keys=False, width=100)
    _demand_limits(text, pack.parameters)
    return text


def members_template(published: Publication) -> Template:
    """Return a stack for every member account: what `rulebook publish` makes, with the evaluator role opened.

    Instead of Lambda, that role trusts one account's functions, by the path of the roles that rdk makes.
    """
    if published.what != EVALUATORS:
        return published.template
    properties = published.role | {"AssumeRolePolicyDocument": _function_trust()}
    parameter = {
        "Type": "String",
        "AllowedPattern": "[0-9]{12}",
        "Description": "The account that holds the rules' functions",
    }
    return published.template | {
        "Parameters": {FUNCTION_ACCOUNT: parameter},
        "Resources": {ROLE: {"Type": "AWS::IAM::Role", "Properties": properties}},
    }


class _Dumper(yaml.SafeDumper):
    """Writes a value anew each time it occurs: CloudFormation takes no YAML aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Take nothing for an alias."""
        del data
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Quote every text that is not plainly one: readers of YAML 1.1 and 1.2 disagree about the others."""
    style = None if PLAIN.fullmatch(text) and text.lower() not in WORDS else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


class _Pack:
    """The template as it grows."""

    def __init__(self, function_account: str | None) -> None:
        default = {"Default": function_account} if function_account else {}
        description = "The account that holds the rules' functions"
        self.parameters: dict[str, Any] = {
            FUNCTION_ACCOUNT: {"Type": "String", "Description": description, **default}
        }
        self.resources: dict[str, Any] = {}
        self._origins: dict[str, tuple[str, str]] = {}

    def add(self, rule: RuleConfig, document: AuthoredDocument | None) -> None:
        """Add a rule, its remediation if it has one, and their parameters."""
        logical = logical_name(rule.name)
        given = {
            name: self._parameter(rule.name, name, value)
            for name, value in rule.rule_parameters().items()
            if name != ONLY_IN_ONE_ACCOUNT
        }
        self._put(rule, logical, _rule(rule, {"ExecutionRoleName": EXECUTION_ROLE} | given))
        if document is None:
            return
        own = {
            name: self._parameter(rule.name, name, value)
            for name, value in rule.remediation.parameters.items()
        }
        shared = {parameter_of_document(name): reference for name, reference in given.items()}
        attached = {
            "Type": "AWS::Config::RemediationConfiguration",
            "DependsOn": logical,
            "Properties": _remediation(rule, document, shared | own),
        }
        self._put(rule, pack_remediation(rule.name), attached)

    def _put(self, rule: RuleConfig, logical: str, resource: dict[str, Any]) -> None:
        try:
            put_resource(self.resources, logical, resource)
        except LogicalIdTaken:
            raise PackRefused(
                f"rdk_config.json: rules.{rule.name}: is {logical} in a pack, as another is; rename one"
            ) from None

    def _parameter(self, rule: str, name: str, value: str) -> dict[str, str]:
        """Add a parameter, called as Config's own samples call theirs, and return the reference to it."""
        parameter = pack_parameter(rule, name)
        origin = (rule, parameter_of_document(name))
        if self._origins.setdefault(parameter, origin) != origin:
            raise PackRefused(
                f"rdk_config.json: rules.{rule}: {name} is {parameter} in a pack, as another is; rename one"
            )
        self.parameters[parameter] = {"Type": "String", "Default": value}
        return {"Ref": parameter}


def _rule(rule: RuleConfig, parameters: dict[str, Any]) -> dict[str, Any]:
    function = function_name(rule.name)
    arn = f"arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{{FUNCTION_ACCOUNT}}}:function:{function}"
    return {
        "Type": "AWS::Config::ConfigRule",
        "Properties": {
            "ConfigRuleName": rule.name,
            "Description": rule.description,
            "InputParameters": parameters,
            "Source": {
                "Owner": "CUSTOM_LAMBDA",
                "SourceIdentifier": {"Fn::Sub": arn},
                "SourceDetails": _triggers(rule),
            },
            **({"Scope": {"ComplianceResourceTypes": [*rule.resource_types]}} if rule.resource_types else {}),
        },
    }


def _triggers(rule: RuleConfig) -> list[dict[str, str]]:
    if not rule.resource_types:
        periodic = {"MessageType": "ScheduledNotification", "MaximumExecutionFrequency": rule.frequency}
        return [{"EventSource": "aws.config", **periodic}]
    kinds = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")
    return [{"EventSource": "aws.config", "MessageType": kind} for kind in kinds]


def _remediation(
    rule: RuleConfig, document: AuthoredDocument, references: dict[str, dict[str, str]]
) -> dict[str, Any]:
    properties = remediation(rule, document)
    parameters = {
        name: {"StaticValue": {"Values": [references[name]]}} if name in references else value
        for name, value in properties["Parameters"].items()
    }
    role = {"StaticValue": {"Values": [{"Fn::Sub": _role_arn(rule)}]}}
    return properties | {
        "TargetId": document_name(document.name),
        "Parameters": parameters | {"AutomationAssumeRole": role},
    }


def _role_arn(rule: RuleConfig) -> str:
    """Return the runbook's role in the account that the rule is in.

    rdk makes no role there, so ``generated`` is the published one; of an ARN, each account has its own.
    """
    chosen = rule.remediation.role
    if chosen in (GENERATED, SCOPED):
        return role_arn(role_name(rule.remediation.document))
    return f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{chosen.split(':', 5)[5]}"


def _demand_limits(text: str, parameters: Iterable[str]) -> None:
    names = list(parameters)
    if (size := len(text.encode())) > LARGEST:
        raise PackRefused(
            f"the pack has {size:,} bytes, more than Config's {LARGEST:,}; render some rules at a time (RULE)"
        )
    if len(names) > MOST_PARAMETERS:
        raise PackRefused(
            f"the pack has {len(names)} parameters, more than Config's {MOST_PARAMETERS}; "
            "render some rules at a time (RULE)"
        )
    for name in names:
        if len(name) > LONGEST_NAME:
            raise PackRefused(f"{name}: is longer than Config's {LONGEST_NAME} characters; rename it")


def _function_trust() -> dict[str, Any]:
    roles = f"arn:${{AWS::Partition}}:iam::${{{FUNCTION_ACCOUNT}}}:role/rdk/*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "AWS": {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{{FUNCTION_ACCOUNT}}}:root"}
                },
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:PrincipalArn": {"Fn::Sub": roles}}},
            }
        ],
    }
