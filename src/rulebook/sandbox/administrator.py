"""The person whom the account obeys: credentials made up at each start, known to whoever was shown them."""

import secrets
import string
from dataclasses import dataclass, field

_ALPHABET = string.ascii_uppercase + "234567"
_KEY_ID_LENGTH = 16  # after the prefix
_SECRET_BYTES = 30  # 40 characters, as AWS's secrets have


@dataclass(frozen=True)
class Credentials:
    """Long-term credentials. The administrator's belong to no IAM user, so that no rule finds that person."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


def made_up() -> Credentials:
    """Make up new credentials."""
    key_id = "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_ID_LENGTH))
    return Credentials(f"AKIA{key_id}", secrets.token_urlsafe(_SECRET_BYTES))
