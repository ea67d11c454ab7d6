"""An AWS account on this machine: moto's server, with what it lacks and where it is kinder than AWS.

Importing this package does not import moto; ``Sandbox.start`` does.
"""

from rulebook.sandbox.account import Sandbox
from rulebook.sandbox.key_seed import KeySeed, PasswordSeed

__all__ = ["KeySeed", "PasswordSeed", "Sandbox"]
