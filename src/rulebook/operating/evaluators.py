"""Load a rule's evaluator from its folder as Lambda does: the folder on the path, the module by its name."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from rulebook.errors import ConfigurationError
from rulebook.project import RuleFolder


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
