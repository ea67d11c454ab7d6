"""A rule together with its entry in rdk_config.json."""

from dataclasses import dataclass
from datetime import date

from rulebook.authoring.asking import Answer
from rulebook.authoring.checks.authored import Positions
from rulebook.authoring.checks.authored_rule import AuthoredRule
from rulebook.node import Node
from rulebook.project.rdk_config import RuleConfig


@dataclass(frozen=True)
class ConfiguredRule:
    """What a check of a rule looks at.

    Attributes:
        rule: its entry.
        entry: the same as written, in rdk_config.json.
        code: the rule as authored.
        answer: what the rule says of the parameters of its entry.
        file: rdk_config.json, relative to the project.
        positions: line and column of every node, by file.
        today: the day (UTC) that exemptions are held against.
    """

    rule: RuleConfig
    entry: Node
    code: AuthoredRule
    answer: Answer
    file: str
    positions: Positions
    today: date

    def parameter(self, name: str) -> Node:
        """Return where the entry sets a parameter of the rule; exemptUsers may come from its exemptions."""
        written = self.entry["parameters"][name]
        return written if written.exists else self.entry["exemptions"]
