"""Load a rule's evaluator from its folder as Lambda does: the folder on the path, the module by its name."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from rulebook.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection

    from rulebook.project import Project, RuleFolder


def load_evaluator(rule: RuleFolder) -> Any:
    """Return a new instance of the rule's class (named like the rule, as rdk demands).

    Raises:
        ConfigurationError: the module or the class is missing, or it imports what is not there.
    """
    if str(rule.folder) not in sys.path:
        sys.path.insert(0, str(rule.folder))
    try:
        module = importlib.import_module(rule.name)
        evaluator = getattr(module, rule.name)
    except ImportError as error:
        raise ConfigurationError(
            f"rules/{rule.name}/{rule.name}.py: imports: {error}; install it, or correct the import"
        ) from error
    except AttributeError:
        raise ConfigurationError(
            f"rules/{rule.name}/{rule.name}.py: has no class {rule.name}; name the class like the rule"
        ) from None
    return evaluator()


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
