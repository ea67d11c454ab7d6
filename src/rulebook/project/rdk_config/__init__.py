"""rdk_config.json: the one file an operator edits.

The published schema (``rdk_config.schema.json`` beside this file) holds what one value can be; what
several values must be together is checked here, except names (``rulebook.project.name_findings``). A rule's
folder or document need not exist for that: ``rulebook.authoring.render`` looks there.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from rulebook.errors import ConfigurationError
from rulebook.limits import RULE_INPUT, STATIC_VALUE
from rulebook.project import Project
from rulebook.project.rdk_config import model, schema, source
from rulebook.project.rdk_config.model import Config, Exemption, Remediation, RuleConfig

__all__ = ["Config", "Exemption", "Remediation", "RuleConfig", "load_config"]

SCHEMA = Path(__file__).parent / "rdk_config.schema.json"
ROLE_PARAMETER = "AutomationAssumeRole"


def load_config(project: Project) -> Config:
    """Read and check rdk_config.json.

    Raises:
        ConfigurationError: it is missing, malformed or cannot be deployed; one line: file, place, cure.
    """
    name = project.relative(project.config)
    data = source.read_json(project.config, name)
    if error := schema.best_error(schema.validator(SCHEMA), data):
        raise ConfigurationError(f"{name}: {error[0]}: {error[1]}; {error[2]}")
    rules = {rule: _rule(f"{name}: rules.{rule}", rule, entry) for rule, entry in data["rules"].items()}
    return Config(tuple(data["default"]), rules)


def _rule(place: str, name: str, entry: dict[str, Any]) -> RuleConfig:
    if ("frequency" in entry) == ("resourceTypes" in entry):
        raise ConfigurationError(
            f"{place}: has {'both frequency and resourceTypes' if 'frequency' in entry else 'no trigger'}; "
            "give frequency for a periodic rule, or resourceTypes for one that changes trigger"
        )
    rule = RuleConfig(
        name=name,
        description=entry["description"],
        frequency=entry.get("frequency", ""),
        resource_types=tuple(entry.get("resourceTypes", ())),
        parameters=entry.get("parameters", {}),
        exemptions=_exemptions(f"{place}.exemptions", entry.get("exemptions", [])),
        remedy=_remediation(f"{place}.remediation", entry["remediation"]) if "remediation" in entry else None,
    )
    _check_lengths(place, rule)
    return rule


def _exemptions(place: str, entries: list[dict[str, str]]) -> tuple[Exemption, ...]:
    return tuple(
        Exemption(entry["users"], entry["reason"], _day(f"{place}[{index}].until", entry.get("until")))
        for index, entry in enumerate(entries)
    )


def _day(place: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"{place}: is {text!r}; it must be a day that exists, as YYYY-MM-DD"
        ) from None


def _remediation(place: str, entry: dict[str, Any]) -> Remediation:
    given = entry.get("parameters", {})
    resource = entry["resourceParameter"]
    if ROLE_PARAMETER in given:
        raise ConfigurationError(
            f"{place}.parameters.{ROLE_PARAMETER}: is not set here; use {place.partition(': ')[2]}.role"
        )
    if resource in given:
        raise ConfigurationError(f"{place}.parameters.{resource}: takes the resource id; remove it here")
    if resource == ROLE_PARAMETER:
        raise ConfigurationError(
            f"{place}.resourceParameter: is the role's parameter; name the one that takes the resource id"
        )
    return Remediation(
        document=entry["document"],
        resource_parameter=resource,
        automatic=entry["trigger"] == "automatic",
        attempts=int(entry.get("attempts", 1)),
        retry_seconds=int(entry.get("retrySeconds", 60)),
        concurrent_percentage=int(entry.get("concurrentPercentage", 10)),
        error_percentage=int(entry.get("errorPercentage", 10)),
        parameters=model.as_texts(given),
        role=entry.get("role", "generated"),
    )


def _check_lengths(place: str, rule: RuleConfig) -> None:
    values = rule.rule_parameters()
    exempt = values.get(model.EXEMPT_USERS, "")
    if len(exempt) > STATIC_VALUE:
        where = "exemptions" if rule.exemptions else f"parameters.{model.EXEMPT_USERS}"
        raise ConfigurationError(
            f"{place}.{where}: exemptUsers would be {len(exempt)} characters, Config takes {STATIC_VALUE}; "
            f"use wider patterns, or tag the users and set exemptTag"
        )
    both = {f"parameters.{key}": text for key, text in values.items()}
    own = rule.remedy.parameters if rule.remedy else {}
    both |= {f"remediation.parameters.{key}": text for key, text in own.items()}
    for where, text in both.items():
        if len(text) > STATIC_VALUE:
            raise ConfigurationError(
                f"{place}.{where}: is {len(text)} characters long; Config takes {STATIC_VALUE}, shorten it"
            )
    if (total := len(json.dumps(values))) > RULE_INPUT:
        raise ConfigurationError(
            f"{place}.parameters: are {total} characters as JSON, Config takes {RULE_INPUT}; shorten them"
        )
