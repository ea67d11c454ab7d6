r"""What ``allowedPattern`` may hold: the service judges by Java's dialect, and here there is Python's.

What both understand alike is judged by ``re``. What only Java and the library ``regex`` have (``\p{L}``,
``[\w-/]``, ``[a-z&&[^b]]``) is judged by that, Java's ``(?<name>)`` and ``\k<name>`` in Python's words: 37 of
886 public documents have such a pattern, and it reads all but one. What Java refuses is refused.
"""

import re
import warnings
from functools import cache
from typing import Protocol

_BROKEN = re.compile(
    r"missing \), |unbalanced parenthesis|unterminated character set|min repeat greater"
    r"|nothing to repeat at position 0|bad escape \(end of pattern\)|bad character range [^\\]-(?:\W|[^\\]\b)"
)
_PYTHON_ONLY = re.compile(r"(?<!\\)\(\?P[<=>]")  # named groups of Python; Java writes (?<name>...)
# A character class, an escape, or a brace that begins no repetition: "Illegal repetition" to Java.
_BRACES = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|(?P<wrong>\{(?!\d+(?:,\d*)?\}))", re.DOTALL)
_SOON = 25  # characters that any pattern is through with in no time
_LONG = 4_000  # characters of a pattern that is not looked into
_MANY = 4  # repetitions, each of which tries every length beside every length of the others
_JAVA_ALIKE = re.compile(r"\\Z|\(\?[a-zA-Z]*[xu]")  # known to both, and not the same
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
    if _PYTHON_ONLY.search(pattern):
        raise ValueError("(?P<name>...) is Python's, and the service reads Java's (?<name>...)")
    if _JAVA_ALIKE.search(pattern):
        raise NotJudged("Java reads it otherwise")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # sets within sets, which Java has
            found = re.compile(pattern, re.ASCII)
    except FutureWarning as error:
        return _as_java(pattern, str(error))
    except re.error as error:
        if _BROKEN.match(str(error)):
            raise ValueError(str(error)) from error
        return _as_java(pattern, str(error))
    except OverflowError as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise NotJudged("nested too deeply") from error
    for match in _BRACES.finditer(pattern):
        if match["wrong"]:
            raise ValueError(
                f"Java reads the {{ at position {match.start()} as a repetition; \\{{ is a brace"
            )
    return found


def matches_pattern(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text; what cannot be judged, or not soon, is.

    Raises:
        ValueError: it is no pattern.
    """
    try:
        found = compiled(pattern)
    except NotJudged:
        return True
    return (len(text) > _SOON and _repeats_repeats(pattern)) or found.search(text) is not None


def _repeats_repeats(pattern: str) -> bool:
    """Tell whether something repeated repeats or chooses within: that can take longer than anybody waits."""
    if len(pattern) > _LONG:
        return True
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "x", pattern, flags=re.DOTALL)
    while match := re.search(r"\(([^()]*)\)([+*{]?)", bare):
        inner, repeated = match[1], match[2]
        heavy = re.search(r"[+*{|\0]", inner) is not None
        if heavy and repeated:
            return True
        bare = bare[: match.start()] + ("\0" if heavy else "x") + bare[match.end(1) + 1 :]
    return sum(bare.count(one) for one in "+*") >= _MANY


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
