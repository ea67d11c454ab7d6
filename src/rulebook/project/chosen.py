"""What a person or rdk_config.json names: the rule, its settings, its document; one message for each miss."""

from collections.abc import Collection

from rulebook.errors import ConfigurationError
from rulebook.project import CONFIG, DocumentFolder, Project, RuleFolder
from rulebook.project.rdk_config import Config, RuleConfig


def chosen_rules(project: Project, names: Collection[str]) -> list[RuleFolder]:
    """Return the rules of these names, or every rule for none.

    Raises:
        ConfigurationError: there is no such rule; the message lists those there are.
    """
    there = project.rules()
    for name in names:
        if name not in there:
            raise ConfigurationError(f"rules/: there is no rule {name}; {_choice(there)}")
    return [there[name] for name in (names or there)]


def every_rule(project: Project, config: Config) -> list[RuleFolder]:
    """Return every rule, each of which has both its settings and its code.

    Raises:
        ConfigurationError: rdk_config.json names one that has no module.
    """
    there = project.rules()
    for name in config.rules:
        if name not in there:
            raise ConfigurationError(
                f"{CONFIG}: rules: names {name}, and there is no rules/{name}/{name}.py; "
                "write it, or take the entry out"
            )
    return list(there.values())


def settings_of(config: Config, rule: RuleFolder) -> RuleConfig:
    """Return what rdk_config.json says of a rule.

    Raises:
        ConfigurationError: it says nothing.
    """
    if rule.name not in config.rules:
        raise ConfigurationError(f"{CONFIG}: rules: says nothing of {rule.name}; add an entry for it")
    return config.rules[rule.name]


def document_folder(project: Project, name: str) -> DocumentFolder:
    """Return the document of this name.

    Raises:
        ConfigurationError: there is no such document; the message lists those there are.
    """
    there = project.documents()
    if name not in there:
        raise ConfigurationError(f"ssm_docs/: there is no document {name}; {_choice(there)}")
    return there[name]


def _choice(there: Collection[str]) -> str:
    return f"choose from {', '.join(there)}" if there else "write one with `rulebook new`"
