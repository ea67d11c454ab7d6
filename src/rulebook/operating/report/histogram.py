"""A histogram as numbers: bars, axis and the limit's place, ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from rulebook.operating.figure import Figure

BARS_UP_TO_LIMIT = 6
BREAK = 0.8  # bars of free space before the one that collects the rest: the axis jumps there
MOST_BARS = 24  # the last one then collects the rest


@dataclass(frozen=True)
class Bar:
    """One bar: values from ``low`` up to, not including, ``high`` (None: no upper end)."""

    low: int
    high: int | None
    count: int
    height: float  # share of the tallest bar, 0 to 1

    @property
    def label(self) -> str:
        """The bar's range in words."""
        return f"{self.low} or more" if self.high is None else f"{self.low} to {self.high}"


@dataclass(frozen=True)
class Histogram:
    """A drawn figure.

    Attributes:
        title: the figure's.
        unit: the figure's.
        limit: the figure's.
        bars: from 0 upwards, all of the same width.
        limit_at: place of the limit on the axis, in bars (6.0 = the border after the sixth bar).
        over: how many values are above the limit.
        total: how many values there are.
    """

    title: str
    unit: str
    limit: float
    bars: tuple[Bar, ...]
    limit_at: float
    over: int
    total: int

    @property
    def is_broken(self) -> bool:
        """Whether the last bar stands apart because it has no upper end."""
        return self.bars[-1].high is None

    @property
    def length(self) -> float:
        """The length of the axis in bars, with the break."""
        return len(self.bars) + BREAK * self.is_broken

    def start(self, place: int) -> float:
        """Where a bar begins on the axis, in bars."""
        return place + BREAK * (self.bars[place].high is None)


def histogram(figure: Figure) -> Histogram:
    """Sort the values into bars so that the limit falls on (or next to) a border."""
    width = max(1, round(figure.limit / BARS_UP_TO_LIMIT))
    reach = max((*figure.values, figure.limit))
    number = min(MOST_BARS, int(reach // width) + 1)
    counts = _counts(figure.values, width, number)
    tallest = max(*counts, 1)
    open_ended = reach >= number * width
    bars = tuple(
        Bar(
            low=place * width,
            high=None if open_ended and place == number - 1 else (place + 1) * width,
            count=count,
            height=count / tallest,
        )
        for place, count in enumerate(counts)
    )
    over = sum(value > figure.limit for value in figure.values)
    return Histogram(
        figure.title, figure.unit, figure.limit, bars, figure.limit / width, over, len(figure.values)
    )


def _counts(values: Sequence[float], width: int, number: int) -> list[int]:
    counts = [0] * number
    for value in values:
        counts[min(number - 1, int(max(value, 0) // width))] += 1
    return counts
