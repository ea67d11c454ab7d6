"""Wildcards as IAM matches them: ``*`` is any text, ``?`` one character, nothing else is special."""

import re
from functools import lru_cache

_ARN_PARTS = 6

# Stand for a star and a question mark that came out of a policy variable and are not wildcards.
_LITERAL = str.maketrans({"*": "\ue000", "?": "\ue001"})
_PLAIN = str.maketrans({"\ue000": "*", "\ue001": "?"})


def literal(text: str) -> str:
    """Return ``text`` so that a pattern made with it matches it character by character."""
    return text.translate(_LITERAL)


def plain(text: str) -> str:
    """Return the text that `literal` was given."""
    return text.translate(_PLAIN)


def matches_iam_pattern(pattern: str, text: str) -> bool:
    """Whether the whole of ``text`` fits ``pattern``; case counts."""
    return _compiled(pattern).fullmatch(text) is not None


def matches_arn(pattern: str, arn: str) -> bool:
    """Whether an ARN fits: a wildcard stays within its part between colons, except in the last part.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    patterns = pattern.split(":", _ARN_PARTS - 1)
    parts = arn.split(":", len(patterns) - 1)  # a pattern may end early, as "*" and "arn:aws:s3*" do
    return len(parts) == len(patterns) and all(map(matches_iam_pattern, patterns, parts))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    special = {"*": ".*", "?": "."}
    return re.compile("".join(special.get(one) or re.escape(plain(one)) for one in pattern), re.DOTALL)
