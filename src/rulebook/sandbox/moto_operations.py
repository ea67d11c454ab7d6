"""What `Sandbox` calls once it runs; importing this imports moto."""

from rulebook.sandbox.clock import advance
from rulebook.sandbox.keeping import kept
from rulebook.sandbox.records import (
    add_user,
    age_role,
    allow_keys_per_user,
    equip,
    list_users_late,
    record,
    secret,
    set_password_policy,
)
from rulebook.sandbox.seed import seed
from rulebook.sandbox.server import serve
from rulebook.sandbox.state import restore, save

__all__ = [
    "add_user",
    "advance",
    "age_role",
    "allow_keys_per_user",
    "equip",
    "kept",
    "list_users_late",
    "record",
    "restore",
    "save",
    "secret",
    "seed",
    "serve",
    "set_password_policy",
]
