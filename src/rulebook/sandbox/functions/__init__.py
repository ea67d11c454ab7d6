"""AWS Lambda in the embedded account: the deployed zip runs in a process of its own, as its role.

moto runs functions in Docker containers only, without time-out, role credentials or retries.
"""

from rulebook.sandbox.functions.invocation import Invocation, invoke

__all__ = ["Invocation", "invoke"]
