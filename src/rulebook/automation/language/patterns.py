r"""What ``allowedPattern`` may hold: the service judges by Java's dialect, and here there is Python's.

What ``re`` understands is judged by it. What only Java and the library ``regex`` have (``\p{L}``, ``[\w-/]``,
``[a-z&&[^b]]``) is judged by that, Java's ``(?<name>)`` and ``\k<name>`` in Python's spelling; 37 of 886
public documents have such a pattern, and it reads all but one of them. What is broken in either is refused.
"""

import re
import warnings
from functools import cache
from typing import Protocol

_ONLY_JAVA = re.compile(r"bad escape|bad character range \\|unknown extension \?<")
_NAME_OF_JAVA = re.compile(r"(?<!\\)\(\?<(?=\w)|\\k<")


class Pattern(Protocol):
    """A pattern, whoever read it."""

    def search(self, string: str, /) -> object | None:
        """Find it anywhere in a text."""


class NotJudged(Exception):
    """The pattern may be right, but Python does not know it."""


@cache
def compiled(pattern: str) -> Pattern:
    """Return a pattern.

    Raises:
        NotJudged: only Java may have it.
        ValueError: it is no pattern; the message says why.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # of ``[[`` and ``&&``, which mean more to Java
            return re.compile(pattern)
    except FutureWarning as warning:
        return _as_java(pattern, str(warning))
    except re.error as error:
        if _ONLY_JAVA.match(str(error)):
            return _as_java(pattern, str(error))
        raise ValueError(str(error)) from error
    except (OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _as_java(pattern: str, why: str) -> Pattern:
    import regex  # noqa: PLC0415 - few patterns need it

    spelt = _NAME_OF_JAVA.sub(lambda match: "(?P<" if match[0].startswith("(") else r"\g<", pattern)
    try:
        found: Pattern = regex.compile(spelt, regex.VERSION1)
    except regex.error as error:
        raise NotJudged(why) from error
    return found


def only_java(pattern: str) -> str:
    """Return why Python cannot judge a pattern that Java may know; empty if it can, or nobody can."""
    try:
        compiled(pattern)
    except NotJudged as error:
        return str(error)
    except ValueError:
        return ""
    return ""
