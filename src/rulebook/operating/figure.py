"""What a rule measured, as numbers that a histogram is drawn from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Measurements with the limit they are held against.

    Attributes:
        title: for example ``Age of active access keys``.
        unit: what a value counts, for example ``days``.
        limit: a value above it is too much.
        values: one number a thing measured.
    """

    title: str
    unit: str
    limit: float
    values: tuple[float, ...]
