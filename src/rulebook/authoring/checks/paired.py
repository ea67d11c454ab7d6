"""A rule's entry in rdk_config.json together with the document it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding, Severity
from rulebook.project.rdk_config import RuleConfig


@dataclass(frozen=True)
class Pair:
    """What a check of a pair looks at.

    Attributes:
        rule: its entry.
        document: the document that the entry names.
        parameters_json: what rules/<RULE>/parameters.json will hold.
        rule_names: every name in the rule's code and docstrings.
        config_file: rdk_config.json, relative to the project.
        today: the day (UTC) that exemptions are held against.
    """

    rule: RuleConfig
    document: AuthoredDocument
    parameters_json: dict[str, Any]
    rule_names: frozenset[str]
    config_file: str
    today: date

    def finding(self, place: str, problem: str, cure: str, severity: Severity = "error") -> Finding:
        """Return a finding that points into the rule's entry; ``place`` is relative to it."""
        return Finding(self.config_file, f"rules.{self.rule.name}.{place}", problem, cure, severity)

    def shared(self) -> dict[str, tuple[str, str]]:
        """Return the document's parameters that the rule has too: name to (the rule's name, value)."""
        return {
            document_name(name): (name, value)
            for name, value in self.rule.rule_parameters().items()
            if document_name(name) in self.document.parameters
        }


def document_name(rule_parameter: str) -> str:
    """Return how a document calls a rule's parameter: the same with a capital first letter."""
    return rule_parameter[:1].upper() + rule_parameter[1:]
