# ruff: noqa: INP001 - tests are no package
"""cfn-lint in this process: one of its own takes seconds to start."""

from __future__ import annotations

from cfnlint.api import ManualArgs, lint  # type: ignore[import-untyped]  # published without types


def faults(template: str) -> list[str]:
    """Return everything that cfn-lint says."""
    return [str(match) for match in lint(template, config=ManualArgs(regions=["us-east-1"]))]
