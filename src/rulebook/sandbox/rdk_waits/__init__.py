"""Shortens the waits of an unmodified rdk, by environment alone.

``rdk init`` sleeps 16 seconds so that a new role spreads through AWS, and a deployment is polled every five.
The embedded account needs neither. Python imports ``sitecustomize`` from PYTHONPATH when it starts.
"""

from pathlib import Path

CAP = "RULEBOOK_SANDBOX_CAP_SLEEP"  # seconds


def shortened(seconds: float = 0.2) -> dict[str, str]:
    """Return what to add to the environment of rdk's process, so that no sleep of it is longer than this."""
    return {"PYTHONPATH": str(Path(__file__).parent), CAP: str(seconds)}
