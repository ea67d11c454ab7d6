"""On what it was measured."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

_PROCESSORS = Path("/proc/cpuinfo")


def machine() -> str:
    """Name the processor, how many of them, and the system."""
    return f"{os.cpu_count()} x {_processor()}, {platform.system()} {platform.release()}"


def _processor() -> str:
    if _PROCESSORS.exists():
        for line in _PROCESSORS.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def versions(custodian: str | None) -> str:
    """Name the versions of what was measured; ``custodian`` is c7n's, if it was there."""
    ours = ", ".join(f"{name} {metadata.version(name)}" for name in ("boto3", "botocore", "rdklib"))
    python = f"Python {platform.python_version()}"
    return f"{python}, {ours}" + (f"; c7n {custodian}" if custodian else "")
