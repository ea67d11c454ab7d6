"""Puts a rule, its entry, its document and what the rule says of its parameters together for the checks."""

from collections.abc import Mapping
from datetime import date

from rulebook.authoring.asking import Question, ask_rules
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.authored_rule import AuthoredRule
from rulebook.authoring.checks.configured import ConfiguredRule
from rulebook.authoring.checks.paired import Pair, effective_values, rule_names
from rulebook.authoring.render.parameters_json import parameters_json
from rulebook.authoring.render.reading import WrittenConfig
from rulebook.project import Project
from rulebook.project.rdk_config import Config, RuleConfig


def configured_rules(
    project: Project,
    config: Config,
    written: WrittenConfig,
    rules: Mapping[str, AuthoredRule],
    documents: Mapping[str, AuthoredDocument],
    today: date,
) -> list[ConfiguredRule]:
    """Return every rule that has an entry and a folder; those with a document are pairs.

    Args:
        project: where.
        config: what rdk_config.json says.
        written: the same as it is written.
        rules: as authored, by name.
        documents: those that have nothing wrong with them, by name.
        today: the day (UTC) that exemptions are held against.
    """
    entries = [rule for rule in config.rules.values() if rule.name in rules]
    chosen = [documents.get(rule.remedy.document) if rule.remedy else None for rule in entries]
    answers = ask_rules(
        [_question(project, config, rule, document) for rule, document in zip(entries, chosen, strict=True)]
    )
    found = []
    for rule, document, answer in zip(entries, chosen, answers, strict=True):
        one = ConfiguredRule(
            rule=rule,
            entry=written.node["rules"][rule.name],
            code=rules[rule.name],
            answer=answer,
            file=written.file,
            positions=written.positions,
            today=today,
        )
        found.append(_paired(one, document) if document else one)
    return found


def _question(
    project: Project, config: Config, rule: RuleConfig, document: AuthoredDocument | None
) -> Question:
    values = effective_values(rule, document) if document else ()
    return Question(
        rule=rule.name,
        folder=project.rules()[rule.name].folder,
        region=config.regions[0],
        parameters=rule.rule_parameters(),
        further={own: value for name, value in values for own in rule_names(name)},
    )


def _paired(one: ConfiguredRule, document: AuthoredDocument) -> Pair:
    return Pair(
        **{
            **vars(one),
            "positions": {**one.positions, **document.positions},
            "document": document,
            "parameters_json": parameters_json(one.rule, document),
        }
    )
