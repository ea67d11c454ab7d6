"""Unique ids as IAM makes them: a prefix that tells the kind, then letters and the digits 2 to 7."""

import string
from random import Random

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_ALPHABET = string.ascii_uppercase + "234567"
_USER_ID_LENGTH = 21
_KEY_ID_LENGTH = 20


def user_id(chance: Random) -> str:
    """Return an id like ``AIDACKCEVSQ6C2EXAMPLE``."""
    return _identifier("AIDA", _USER_ID_LENGTH, chance)


def key_id(chance: Random) -> str:
    """Return an id like ``AKIAIOSFODNN7EXAMPLE``."""
    return _identifier("AKIA", _KEY_ID_LENGTH, chance)


def _identifier(prefix: str, length: int, chance: Random) -> str:
    return prefix + "".join(chance.choices(_ALPHABET, k=length - len(prefix)))
