"""A rule with its entry in rdk_config.json, and the document that the entry names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.configured import ConfiguredRule
from rulebook.project.names import parameter_of_document
from rulebook.project.rdk_config import ROLE_PARAMETER, RuleConfig


@dataclass(frozen=True)
class Pair(ConfiguredRule):
    """What a check of a pair looks at.

    Attributes:
        document: the document that the entry names.
        parameters_json: what rules/<RULE>/parameters.json will hold.
    """

    document: AuthoredDocument
    parameters_json: dict[str, Any]

    def shared(self) -> dict[str, tuple[str, str]]:
        """Return the document's parameters that the rule is given: name to (the rule's name, value)."""
        return {
            parameter_of_document(name): (name, value)
            for name, value in self.rule.rule_parameters().items()
            if self.document.parameters[parameter_of_document(name)].exists
        }


def rule_names(parameter: str) -> tuple[str, ...]:
    """Return how a rule may call a document's parameter."""
    return tuple(dict.fromkeys((parameter, parameter[:1].lower() + parameter[1:])))


def effective_values(rule: RuleConfig, document: AuthoredDocument) -> Iterator[tuple[str, str]]:
    """Yield what a run has in each parameter of a document that the rule is not given, defaults included."""
    taken = {ROLE_PARAMETER, rule.remediation.resource_parameter}
    taken |= {parameter_of_document(name) for name in rule.rule_parameters()}
    for declared in document.parameters:
        value = rule.remediation.parameters.get(declared.key, declared["default"].value)
        if declared.key not in taken and isinstance(value, str):
            yield declared.key, value
