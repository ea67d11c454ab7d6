"""The same embedded account for each module as the faults have."""

from faults.conftest import lab

__all__ = ["lab"]
