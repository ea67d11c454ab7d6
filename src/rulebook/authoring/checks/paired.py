"""A rule's entry in rdk_config.json together with the document it names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument, Positions
from rulebook.node import Node
from rulebook.project.rdk_config import RuleConfig


@dataclass(frozen=True)
class Pair:
    """What a check of a pair looks at.

    Attributes:
        rule: its entry.
        entry: the same as written, in rdk_config.json.
        document: the document that the entry names.
        parameters_json: what rules/<RULE>/parameters.json will hold.
        rule_names: every name in the rule's code and docstrings.
        file: rdk_config.json, relative to the project.
        positions: line and column of every node, by file.
        today: the day (UTC) that exemptions are held against.
    """

    rule: RuleConfig
    entry: Node
    document: AuthoredDocument
    parameters_json: dict[str, Any]
    rule_names: frozenset[str]
    file: str
    positions: Positions
    today: date

    def parameter(self, name: str) -> Node:
        """Return where the entry sets a parameter of the rule; exemptUsers may come from its exemptions."""
        written = self.entry["parameters"][name]
        return written if written.exists else self.entry["exemptions"]

    def shared(self) -> dict[str, tuple[str, str]]:
        """Return the document's parameters that the rule has too: name to (the rule's name, value)."""
        return {
            document_name(name): (name, value)
            for name, value in self.rule.rule_parameters().items()
            if self.document.parameters[document_name(name)].exists
        }


def document_name(rule_parameter: str) -> str:
    """Return how a document calls a rule's parameter: the same with a capital first letter."""
    return rule_parameter[:1].upper() + rule_parameter[1:]
