"""Load a rule's evaluator from its folder as Lambda does: the folder on the path, the module by its name."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Collection
from typing import Any

from rulebook.errors import ConfigurationError
from rulebook.project import CONFIG, Project, RuleFolder
from rulebook.project.rdk_config import Config, RuleConfig


def load_evaluator(rule: RuleFolder) -> Any:
    """Return a new instance of the rule's class (named like the rule, as rdk demands).

    Raises:
        ConfigurationError: the module cannot be imported, or the class is missing.
    """
    if str(rule.folder) not in sys.path:
        sys.path.insert(0, str(rule.folder))
    place = f"rules/{rule.name}/{rule.name}.py"
    try:
        module = importlib.import_module(rule.name)
    except ImportError as error:
        raise ConfigurationError(f"{place}: imports: {error}; install it, or correct the import") from error
    except Exception as error:  # a rule is anybody's code, and a defect in it no reason for a traceback
        raise ConfigurationError(
            f"{place}: cannot be loaded: {type(error).__name__}: {error}; mend it"
        ) from error
    if not hasattr(module, rule.name):
        raise ConfigurationError(f"{place}: has no class {rule.name}; name the class like the rule")
    return getattr(module, rule.name)()


def settings_of(config: Config, rule: RuleFolder) -> RuleConfig:
    """Return what rdk_config.json says of a rule.

    Raises:
        ConfigurationError: it says nothing.
    """
    if rule.name not in config.rules:
        raise ConfigurationError(f"{CONFIG}: rules: says nothing of {rule.name}; add an entry for it")
    return config.rules[rule.name]


def chosen_rules(project: Project, names: Collection[str]) -> list[RuleFolder]:
    """Return the rules of these names, or every rule for none.

    Raises:
        ConfigurationError: there is no such rule; the message lists those there are.
    """
    there = project.rules()
    for name in names:
        if name not in there:
            raise ConfigurationError(
                f"rules/: there is no rule {name}; choose from {', '.join(there) or 'none'}"
            )
    return [there[name] for name in (names or there)]
