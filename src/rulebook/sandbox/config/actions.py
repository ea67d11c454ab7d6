"""The operations of AWS Config that moto lacks or answers otherwise than AWS does.

moto 5.2.5 lacks every operation below except PutEvaluations (TestMode only), PutConfigRule and
DeleteConfigRule (which ignores what is attached). tests/sandbox/config/test_moto_gaps.py notices when that
changes.
"""

import json
from typing import Any

from moto.config import urls
from moto.config.responses import ConfigResponse

from rulebook.sandbox.config import (
    evaluations,
    recorded,
    remediations,
    results,
    rules,
    runs,
    state,
    times,
    waivers,
)
from rulebook.sandbox.config.paging import config_page
from rulebook.sandbox.config.state import EvaluationStatus, Key
from rulebook.sandbox.extensions import answer_with

# Page sizes of the API reference: (default, most).
DETAILS = (10, 100)
RULE_STATUSES = (50, 50)
RULES = (25, 25)
RUNS = (100, 100)
WAIVERS = (25, 100)


class AccountConfig(ConfigResponse):  # type: ignore[misc]  # moto is untyped
    """moto's Config with evaluations and remediation. Each method is one operation, found by its name."""

    @property
    def _where(self) -> tuple[str, str]:
        return self.current_account, self.region

    def _page(
        self, items: Any, sizes: tuple[int, int], limit: int | None = None
    ) -> tuple[list[Any], dict[str, str]]:
        """Return the asked-for page, already rendered, and what goes on after it."""
        shown, more = config_page(items, limit, self._get_param("NextToken"), *sizes)
        return [one for _, one in shown], more

    def put_config_rule(self) -> str:
        """Create or change a rule."""
        rules.put_rule(*self._where, self._get_param("ConfigRule"), self._get_param("Tags"))
        return ""

    def describe_config_rules(self) -> str:
        """Return rules; moto forgets to refuse an unknown one while it has none at all."""
        rules.named_rules(*self._where, self._get_param("ConfigRuleNames"))
        return str(super().describe_config_rules())

    def delete_config_rule(self) -> str:
        """Delete a rule to which nothing is attached."""
        rules.delete_rule(*self._where, self._get_param("ConfigRuleName"))
        return ""

    def put_evaluations(self) -> str:
        """Take what a function reports; in TestMode any token will do and nothing is recorded."""
        reported = results.checked_evaluations(self._get_param("Evaluations"))
        token = self._get_param("ResultToken")
        if not self._get_param("TestMode"):
            invocation = results.put_evaluations(*self._where, reported, token or "")
            if invocation.ended:  # a function may report after it has returned
                evaluations.settle_evaluation(*self._where, invocation)
        return json.dumps({"FailedEvaluations": []})

    def get_compliance_details_by_config_rule(self) -> str:
        """Return a rule's results."""
        name = self._get_param("ConfigRuleName")
        rules.get_rule(*self._where, name)
        memory = state.config_state(*self._where)
        with memory.lock:
            found = results.results_of_types(memory.rule(name), self._get_param("ComplianceTypes"))
            details = {key: results.as_detail(name, key, one) for key, one in found.items()}
        shown, more = self._page(details, DETAILS, self._get_param("Limit"))
        return json.dumps({"EvaluationResults": shown, **more})

    def get_compliance_details_by_resource(self) -> str:
        """Return every rule's result of one resource."""
        key = (self._get_param("ResourceType"), self._get_param("ResourceId"))
        memory = state.config_state(*self._where)
        with memory.lock:
            details = {
                (name,): results.as_detail(name, key, found[key])
                for name, rule in memory.rules.items()
                if key in (found := results.results_of_types(rule, self._get_param("ComplianceTypes")))
            }
        shown, more = self._page(details, DETAILS)
        return json.dumps({"EvaluationResults": shown, **more})

    def describe_compliance_by_config_rule(self) -> str:
        """Return each rule's compliance as a whole."""
        wanted = self._get_param("ComplianceTypes")
        memory = state.config_state(*self._where)
        with memory.lock:
            every = {
                name: results.rule_compliance(memory.rule(name))
                for name in rules.named_rules(*self._where, self._get_param("ConfigRuleNames"))
            }
        found = {
            (name,): {"ConfigRuleName": name, "Compliance": one}
            for name, one in every.items()
            if not wanted or one["ComplianceType"] in wanted
        }
        shown, more = self._page(found, RULES)
        return json.dumps({"ComplianceByConfigRules": shown, **more})

    def describe_config_rule_evaluation_status(self) -> str:
        """Return when each rule last succeeded and last failed."""
        memory = state.config_state(*self._where)
        with memory.lock:
            found = {
                (name,): _rule_status(rules.get_rule(*self._where, name), memory.rule(name).status)
                for name in rules.named_rules(*self._where, self._get_param("ConfigRuleNames"))
            }
        shown, more = self._page(found, RULE_STATUSES, self._get_param("Limit"))
        return json.dumps({"ConfigRulesEvaluationStatus": shown, **more})

    def start_config_rules_evaluation(self) -> str:
        """Evaluate rules now."""
        evaluations.start_evaluations(*self._where, self._get_param("ConfigRuleNames") or [])
        return "{}"

    def list_discovered_resources(self) -> str:
        """Return what is recorded; what was recorded by hand stands on the last page."""
        answer = json.loads(super().list_discovered_resources())
        if not answer.get("nextToken"):
            asked = [self._get_param(name) for name in ("resourceType", "resourceIds", "resourceName")]
            answer["resourceIdentifiers"] += recorded.by_hand(*self._where, *asked)
        return json.dumps(answer)

    def batch_get_resource_config(self) -> str:
        """Return the latest recorded state of resources."""
        found = recorded.latest_items(*self._where, self._get_param("resourceKeys") or [])
        return json.dumps({"baseConfigurationItems": found, "unprocessedResourceKeys": []})

    def put_remediation_configurations(self) -> str:
        """Attach remediation to rules."""
        runs.attach(*self._where, self._get_param("RemediationConfigurations"))
        return json.dumps({"FailedBatches": []})

    def describe_remediation_configurations(self) -> str:
        """Return what is attached to rules."""
        found = remediations.describe_remediations(*self._where, self._get_param("ConfigRuleNames"))
        return json.dumps({"RemediationConfigurations": found})

    def delete_remediation_configuration(self) -> str:
        """Detach a rule's remediation."""
        remediations.delete_remediation(*self._where, self._get_param("ConfigRuleName"))
        return "{}"

    def start_remediation_execution(self) -> str:
        """Remedy resources now."""
        keys = [(one["resourceType"], one["resourceId"]) for one in self._get_param("ResourceKeys")]
        return json.dumps(runs.start_by_hand(*self._where, self._get_param("ConfigRuleName"), keys))

    def describe_remediation_execution_status(self) -> str:
        """Return how far remediations are."""
        keys = [(one["resourceType"], one["resourceId"]) for one in self._get_param("ResourceKeys") or []]
        found = runs.statuses(*self._where, self._get_param("ConfigRuleName"), keys)
        shown, more = self._page(found, RUNS, self._get_param("Limit"))
        return json.dumps({"RemediationExecutionStatuses": shown, **more})

    def put_remediation_exceptions(self) -> str:
        """Keep resources from being remedied automatically."""
        message, expires = self._get_param("Message") or "", self._get_param("ExpirationTime")
        failed = waivers.put_exceptions(
            *self._where, self._get_param("ConfigRuleName"), self._exception_keys(), message, expires
        )
        return json.dumps({"FailedBatches": failed})

    def describe_remediation_exceptions(self) -> str:
        """Return a rule's exceptions."""
        name, keys = self._get_param("ConfigRuleName"), self._exception_keys()
        memory = state.config_state(*self._where)
        with memory.lock:
            every = waivers.in_force(memory.rules[name]) if name in memory.rules else {}
            found = {
                key: waivers.as_exception(name, key, one)
                for key, one in every.items()
                if not keys or key in keys
            }
        shown, more = self._page(found, WAIVERS, self._get_param("Limit"))
        return json.dumps({"RemediationExceptions": shown, **more})

    def delete_remediation_exceptions(self) -> str:
        """Let resources be remedied automatically again."""
        waivers.delete_exceptions(*self._where, self._get_param("ConfigRuleName"), self._exception_keys())
        return json.dumps({"FailedBatches": []})

    def _exception_keys(self) -> list[Key]:
        return [(one["ResourceType"], one["ResourceId"]) for one in self._get_param("ResourceKeys") or []]


def _rule_status(rule: Any, status: EvaluationStatus) -> dict[str, Any]:
    """Return one rule's status as DescribeConfigRuleEvaluationStatus shows it."""
    return {
        "ConfigRuleName": rule.config_rule_name,
        "ConfigRuleArn": rule.config_rule_arn,
        "ConfigRuleId": rule.config_rule_id,
        **times.written(
            LastSuccessfulInvocationTime=status.succeeded_invocation,
            LastFailedInvocationTime=status.failed_invocation,
            LastSuccessfulEvaluationTime=status.succeeded,
            LastFailedEvaluationTime=status.failed,
            FirstActivatedTime=status.activated,
        ),
        **({"LastErrorCode": status.error_code} if status.error_code else {}),
        **({"LastErrorMessage": status.error_message} if status.error_message else {}),
        "FirstEvaluationStarted": bool(status.succeeded or status.failed),
    }


answer_with(urls, AccountConfig)
