"""``AWS::Config::ConfigRule``: moto has the rule, but no model of it."""

import json
from typing import Any

from rulebook.sandbox.cloudformation.resource import StackResource, refusals_as_failures
from rulebook.sandbox.config import results, rules, state
from rulebook.sandbox.extensions import resource_type


@resource_type
class ConfigRuleResource(StackResource):
    """A rule in a stack; its physical id is the rule's name."""

    TYPE = "AWS::Config::ConfigRule"
    NAME = "ConfigRuleName"
    ATTRIBUTES = ("Arn", "ConfigRuleId", "Compliance.Type")

    def __init__(self, name: str, account_id: str, region: str) -> None:
        super().__init__(name)
        self._where = (account_id, region)

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return what ``Fn::GetAtt`` asks for."""
        rule = rules.get_rule(*self._where, self.physical_resource_id)
        if attribute_name == "Arn":
            return str(rule.config_rule_arn)
        if attribute_name == "ConfigRuleId":
            return str(rule.config_rule_id)
        if attribute_name == "Compliance.Type":
            return str(
                results.rule_compliance(state.config_state(*self._where).rule(self.physical_resource_id))[
                    "ComplianceType"
                ]
            )
        return super().get_cfn_attribute(attribute_name)

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "ConfigRuleResource":
        """Create the rule."""
        with refusals_as_failures(cls.TYPE):
            rules.put_rule(
                account_id, region_name, definition(cloudformation_json["Properties"], resource_name)
            )
        return cls(resource_name, account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "ConfigRuleResource":
        """Change the rule, or replace it if its name changes; a generated name stays."""
        before = original_resource.physical_resource_id
        given = "ConfigRuleName" in cloudformation_json["Properties"]
        name = new_resource_name if given else before
        resource = cls.create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)
        if name != before:
            cls.delete_from_cloudformation_json(before, cloudformation_json, account_id, region_name)
        return resource

    @classmethod
    def delete_resource(cls, name: str, account_id: str, region: str) -> None:
        """Delete the rule; moto deletes in any order, and tries again what was refused."""
        rules.delete_rule(account_id, region, name)


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
