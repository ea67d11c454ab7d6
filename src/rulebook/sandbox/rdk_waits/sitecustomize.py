"""Imported by Python itself when a process starts with this folder on PYTHONPATH; see the package."""

import os
import time

cap = os.environ.get("RULEBOOK_SANDBOX_CAP_SLEEP")
if cap:
    _sleep = time.sleep

    def _capped(seconds: float) -> None:
        _sleep(min(seconds, float(cap)))

    time.sleep = _capped
