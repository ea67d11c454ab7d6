"""A user's tags: keys keep their case, and are told apart without regard to it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
"""

from collections.abc import Iterable, Sequence

from moto.iam.exceptions import DuplicateTags, InvalidInput, LimitExceededException

Tag = dict[str, str]

MOST = 50
RESERVED = "aws:"


def merged(has: Iterable[Tag], given: Sequence[Tag]) -> list[Tag]:
    """Return all tags after ``given`` were put on; one with a key that is there in another case replaces it.

    Raises:
        DuplicateTags: a key is given twice (InvalidInput).
        InvalidInput: a key is AWS's own.
        LimitExceededException: there would be more than 50.
    """
    keys = [tag["Key"].lower() for tag in given]
    if len(set(keys)) < len(keys):
        raise DuplicateTags
    if any(key.startswith(RESERVED) for key in keys):
        raise InvalidInput(f"{RESERVED} prefixed tag key names are not allowed for external use.")
    every = [*without(has, keys), *given]
    if len(every) > MOST:
        raise LimitExceededException(f"Cannot exceed quota for TagsPerUser: {MOST}")
    return every


def without(has: Iterable[Tag], keys: Iterable[str]) -> list[Tag]:
    """Return the tags that have none of these keys, in any case."""
    gone = {key.lower() for key in keys}
    return [tag for tag in has if tag["Key"].lower() not in gone]
