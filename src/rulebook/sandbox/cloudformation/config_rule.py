"""``AWS::Config::ConfigRule``: moto has the rule, but no model of it."""

from __future__ import annotations

import json
from typing import Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from rulebook.sandbox.cloudformation.registry import refusals, registered
from rulebook.sandbox.config import results, rules, state

TYPE = "AWS::Config::ConfigRule"
ATTRIBUTES = ("Arn", "ConfigRuleId", "Compliance.Type")


@registered
class ConfigRuleResource(CloudFormationModel):  # type: ignore[misc]  # moto is untyped
    """A rule in a stack; its physical id is the rule's name."""

    def __init__(self, name: str, account_id: str, region: str) -> None:
        self.physical_resource_id = name
        self._where = (account_id, region)

    @staticmethod
    def cloudformation_name_type() -> str:
        """Return the property that names the resource."""
        return "ConfigRuleName"

    @staticmethod
    def cloudformation_type() -> str:
        """Return the type as templates write it."""
        return TYPE

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether ``Fn::GetAtt`` knows the attribute."""
        return attr in ATTRIBUTES

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return what ``Fn::GetAtt`` asks for."""
        rule = rules.get(*self._where, self.physical_resource_id)
        if attribute_name == "Arn":
            return str(rule.config_rule_arn)
        if attribute_name == "ConfigRuleId":
            return str(rule.config_rule_id)
        if attribute_name == "Compliance.Type":
            return str(
                results.summary(state.of(*self._where).rule(self.physical_resource_id))["ComplianceType"]
            )
        raise UnformattedGetAttTemplateException

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> ConfigRuleResource:
        """Create the rule."""
        with refusals(TYPE):
            rules.put(account_id, region_name, definition(cloudformation_json["Properties"], resource_name))
        return cls(resource_name, account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> ConfigRuleResource:
        """Change the rule, or replace it if its name changes; a generated name stays."""
        before = original_resource.physical_resource_id
        given = "ConfigRuleName" in cloudformation_json["Properties"]
        name = new_resource_name if given else before
        resource = cls.create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)
        if name != before:
            cls.delete_from_cloudformation_json(before, cloudformation_json, account_id, region_name)
        return resource

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Any,  # noqa: ARG003 - moto's signature
        account_id: str,
        region_name: str,
    ) -> None:
        """Delete the rule; moto deletes in any order, and tries again what was refused."""
        with refusals(TYPE):
            rules.delete(account_id, region_name, resource_name)


def definition(properties: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the rule as PutConfigRule takes it.

    ``AWS::NoValue`` in a list leaves None behind in moto, where CloudFormation drops the entry; rdk's
    template has it in SourceDetails. InputParameters may be written as an object.
    """
    source = dict(properties["Source"])
    if "SourceDetails" in source:
        source["SourceDetails"] = [one for one in source["SourceDetails"] if one]
    parameters = properties.get("InputParameters")
    kept = {
        key: properties[key]
        for key in ("Description", "Scope", "MaximumExecutionFrequency")
        if key in properties
    }
    return kept | {
        "ConfigRuleName": name,
        "Source": source,
        "InputParameters": parameters if isinstance(parameters, str) else json.dumps(parameters or {}),
    }
