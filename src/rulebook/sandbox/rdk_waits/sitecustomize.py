"""Imported by Python itself when a process starts with this folder on PYTHONPATH; see the package."""

import os
import time
from functools import partial
from typing import SupportsIndex


def _capped(cap: float, seconds: float | SupportsIndex) -> None:
    _sleep(min(float(seconds), cap))


_sleep = time.sleep
if _cap := os.environ.get("RULEBOOK_SANDBOX_CAP_SLEEP"):
    time.sleep = partial(_capped, float(_cap))
