r"""What ``allowedPattern`` may hold: the service judges by Java's dialect, and here there is only Python's.

What both understand is judged. What is broken in either is refused. What only Java has (``\p{L}``,
``[\w-/]``, ``(?<name>)``) cannot be judged here: 37 of 886 public documents have such a pattern.
"""

import re

_ONLY_JAVA = re.compile(r"bad escape|bad character range \\|unknown extension \?<")


class NotJudged(Exception):
    """The pattern may be right, but Python does not know it."""


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that both dialects have.

    Raises:
        NotJudged: only Java may have it.
        ValueError: it is no pattern; the message says why.
    """
    try:
        return re.compile(pattern)
    except re.error as error:
        if _ONLY_JAVA.match(str(error)):
            raise NotJudged(str(error)) from error
        raise ValueError(str(error)) from error
    except (OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error


def only_java(pattern: str) -> str:
    """Return why Python cannot judge a pattern that Java may know; empty if it can, or nobody can."""
    try:
        compiled(pattern)
    except NotJudged as error:
        return str(error)
    except ValueError:
        return ""
    return ""
