"""What is attached to a rule: remediation configurations."""

from typing import Any
from uuid import uuid4

from moto.ssm.models import ssm_backends

from rulebook.sandbox.config import rules, state
from rulebook.sandbox.config.errors import constraint, invalid, no_remediation, refused
from rulebook.sandbox.config.limits import MOST_CONFIGURATIONS, demand_config_limits
from rulebook.sandbox.config.state import Rule

# The service's defaults, shown by the describe operation even if they were not given.
DEFAULTS = {"Automatic": False, "MaximumAutomaticAttempts": 5, "RetryAttemptSeconds": 60}


def put_remediations(account_id: str, region: str, configurations: list[dict[str, Any]]) -> None:
    """Attach each configuration to its rule, replacing what was attached; all or none.

    "The AWS Config rule must already exist", "the target (SSM document) must exist" (API reference).
    """
    if len(configurations) > MOST_CONFIGURATIONS:
        rule = f"Member must have length less than or equal to {MOST_CONFIGURATIONS}"
        raise constraint(f"[{len(configurations)} configurations]", "remediationConfigurations", rule)
    for number, one in enumerate(configurations, 1):
        demand_config_limits(one, number)
        rules.get_rule(account_id, region, one["ConfigRuleName"])
        _check_document(account_id, region, one["TargetId"], one.get("TargetVersion"))
    memory = state.config_state(account_id, region)
    with memory.lock:
        for one in configurations:
            _attach(account_id, region, memory.rule(one["ConfigRuleName"]), one)


def _check_document(account_id: str, region: str, target: str, version: str | None) -> None:
    documents = ssm_backends[account_id][region]._documents  # noqa: SLF001 - moto's listing hides versions
    found = documents.get(document_of_target(target))
    if found is None or (version and version not in {*found.versions, "$DEFAULT", "$LATEST"}):
        raise invalid(f"The SSM document {target}{f':{version}' if version else ''} does not exist.")


def document_of_target(target: str) -> str:
    """Return the name of a document; a target may be an ARN, which ends in ``document/NAME``."""
    return target.rpartition("/")[2]


def _attach(account_id: str, region: str, rule: Rule, configuration: dict[str, Any]) -> None:
    name = configuration["ConfigRuleName"]
    before = rule.remediation or {}
    prefix = f"arn:aws:config:{region}:{account_id}:remediation-configuration/{name}"
    given = {key: value for key, value in configuration.items() if value is not None}
    rule.remediation = DEFAULTS | given | {"Arn": before.get("Arn") or f"{prefix}/{uuid4()}"}


def describe_remediations(account_id: str, region: str, names: list[str]) -> list[dict[str, Any]]:
    """Return what is attached to these rules; a rule without anything, or that does not exist, is absent."""
    memory = state.config_state(account_id, region)
    with memory.lock:
        found = [memory.rules[name].remediation for name in names if name in memory.rules]
    return [one for one in found if one]


def attached_remediation(rule: Rule, name: str) -> dict[str, Any]:
    """Return what is attached to a rule; raises NoSuchRemediationConfigurationException."""
    if rule.remediation is None:
        raise no_remediation(name)
    return rule.remediation


def delete_remediation(account_id: str, region: str, name: str) -> None:
    """Detach a rule's remediation.

    Raises:
        JsonRESTError: NoSuchRemediationConfigurationException; RemediationInProgressException while it runs.
    """
    memory = state.config_state(account_id, region)
    with memory.lock:
        rule = memory.rules.get(name)
        if rule is None or rule.remediation is None:
            raise no_remediation(name)
        if any(run.busy for run in rule.runs.values()):
            raise refused(
                "RemediationInProgressException",
                f"Remediation of the rule {name} is in progress. Cancel it, or try again later",
            )
        rule.remediation = None
        rule.runs.clear()
        rule.failures.clear()
