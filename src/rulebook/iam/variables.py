"""Policy variables: ``${aws:username}`` in a resource or a condition's value stands for a context key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping

from rulebook.iam.patterns import literal

Context = Mapping[str, str | list[str]]

_VARIABLE = re.compile(r"\$\{\s*(?P<name>[^},]+?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?\}")
_SPECIAL = frozenset("*?$")


class Unresolved(Exception):
    """The context lacks a variable's key, so what contains it matches nothing."""


def resolve_variables(text: str, context: Context) -> str:
    """Put the context's values in place of the variables in ``text``; a star in a value is no wildcard.

    Args:
        text: a resource pattern or a condition's value.
        context: by lower-case key.

    Raises:
        Unresolved: the context lacks a key, or has several values, and no default is given.
    """
    return _VARIABLE.sub(lambda found: _value(found, context), text)


def _value(found: re.Match[str], context: Context) -> str:
    name = found["name"]
    if name in _SPECIAL:
        return literal(name)
    value = context.get(name.lower())
    if isinstance(value, str):
        return literal(value)
    if found["default"] is not None:
        return literal(found["default"])
    raise Unresolved(name)
