"""Renders ``rules/<RULE>/parameters.json``, which rdk reads.

What rdk (0.17.24 and 1.0.0) makes of it, as read in its source:

- ``InputParameters`` and ``OptionalParameters`` are JSON *texts*; falsy values of the latter are dropped at
  deployment, so every value here is a text that is not empty (``"false"``, not ``false``).
- ``Remediation`` becomes the properties of ``AWS::Config::RemediationConfiguration`` as it stands; with
  ``SSMAutomation``, ``TargetId`` is replaced by a reference to the document that the stack creates.
- ``SSMAutomation.Document`` is opened relative to the current folder, and people run rdk in ``rules/``.
- with ``SSMAutomation.IAM``, rdk makes a role with these actions and writes it into
  ``AutomationAssumeRole.StaticValue.Values``, which must exist; without, it leaves the value alone
  (rulebook.project.rdk_config.roles).
"""

import json
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.project.names import parameter_of_document
from rulebook.project.rdk_config import RuleConfig
from rulebook.project.rdk_config.roles import GENERATED, role_value

RUNTIME = "python3.13-lib"  # the newest that both versions of rdk know


def parameters_json(rule: RuleConfig, document: AuthoredDocument | None) -> dict[str, Any]:
    """Return the file's content for a rule and the document it is paired with; None: with none."""
    return {
        "Version": "1.0",
        "Parameters": {
            "RuleName": rule.name,
            "Description": rule.description,
            "SourceRuntime": RUNTIME,
            "CodeKey": f"{rule.name}.zip",
            "InputParameters": "{}",
            "OptionalParameters": json.dumps(rule.rule_parameters()),
            **_trigger(rule),
            **(_remedy(rule, document) if document else {}),
        },
        "Tags": "[]",
    }


def _trigger(rule: RuleConfig) -> dict[str, str]:
    """Return what rdk makes the source of: types it splits at commas, or a frequency."""
    if rule.resource_types:
        return {"SourceEvents": ",".join(rule.resource_types)}
    return {"SourcePeriodic": rule.frequency}


def _remedy(rule: RuleConfig, document: AuthoredDocument) -> dict[str, Any]:
    automation: dict[str, Any] = {"Document": f"../ssm_docs/{document.name}/{document.name}.json"}
    if rule.remediation.role == GENERATED:
        automation["IAM"] = document.permissions
    return {"Remediation": remediation(rule, document), "SSMAutomation": automation}


def remediation(rule: RuleConfig, document: AuthoredDocument) -> dict[str, Any]:
    """Return the properties of ``AWS::Config::RemediationConfiguration``.

    A manual one has no attempts and no retry time: those are settings of auto-remediation.
    """
    settings = rule.remediation
    attempts = {
        "MaximumAutomaticAttempts": settings.attempts,
        "RetryAttemptSeconds": settings.retry_seconds,
    }
    return {
        "ConfigRuleName": rule.name,
        "TargetType": "SSM_DOCUMENT",
        "TargetId": settings.document,
        "Automatic": settings.automatic,
        **(attempts if settings.automatic else {}),
        "ExecutionControls": {
            "SsmControls": {
                "ConcurrentExecutionRatePercentage": settings.concurrent_percentage,
                "ErrorPercentage": settings.error_percentage,
            }
        },
        "Parameters": _parameters(rule, document),
    }


def static_values(rule: RuleConfig, document: AuthoredDocument) -> dict[str, str]:
    """Return what Config passes to the document beside role and resource id; shared with the rule first."""
    shared = {parameter_of_document(name): value for name, value in rule.rule_parameters().items()}
    known = {name: value for name, value in shared.items() if document.parameters[name].exists}
    return known | rule.remediation.parameters


def _parameters(rule: RuleConfig, document: AuthoredDocument) -> dict[str, Any]:
    settings = rule.remediation
    return {
        "AutomationAssumeRole": _static(role_value(settings.role, settings.document, rule.name)),
        settings.resource_parameter: {"ResourceValue": {"Value": "RESOURCE_ID"}},
        **{name: _static(value) for name, value in static_values(rule, document).items()},
    }


def _static(value: str | dict[str, Any]) -> dict[str, Any]:
    return {"StaticValue": {"Values": [value]}}
