"""What `Sandbox` calls once it runs; importing this imports moto."""

from rulebook.sandbox.clock import advance
from rulebook.sandbox.records import add_user, set_password_policy
from rulebook.sandbox.server import serve

__all__ = ["add_user", "advance", "serve", "set_password_policy"]
